import PIMCore
import PIMCrypto
import PIMWire

/// Route updates in and out, and what follows from a changed table.
extension ControlPlane {
    mutating func receiveRouteUpdate(
        _ bytes: [UInt8], on id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard links[id]?.budget.routeUpdates.take(at: step.time) == true else {
            return refuse(.routeUpdate, on: id, &step)
        }
        guard let update = try? RouteUpdate.decode(bytes) else { return refuseMalformed(on: id, session, &step) }
        guard SafetyRule.routeOrigin.permits(update.origin == session.peer) else {
            count(.routeUpdateForeign, &step)
            return punish(.impersonation, on: id, session, &step)
        }
        // A peer that restarted counts from anywhere, and shows up on a new link (`spec/routing.md` §16.11).
        if session.hasUpdated, let neighbour = routing.neighbours[session.peer],
            !SafetyRule.routeSequence.permits(update.sequence > neighbour.sequence)
        {
            return count(.routeUpdateStale, &step)
        }
        guard SafetyRule.routeSignature.permits((try? update.verify(publicKey: session.publicKey)) != nil) else {
            count(.routeSignatureInvalid, &step)
            return punish(.badSignature, on: id, session, &step)
        }
        proveLife(id, &step)
        // Confirming the session may have ended this link in favour of another one.
        guard peers[session.peer] != nil, paths[session.peer]?.contains(id) == true else { return }
        if !session.hasUpdated {
            links[id]?.session?.hasUpdated = true
            routing.restartSequence(of: session.peer)
        }
        do throws(UpdateRefusal) {
            note(try routing.receive(update, from: session.peer, at: step.time), &step)
            warnOfAddresses(in: update, &step)
        } catch {
            refuse(error, on: id, session, &step)
        }
    }

    private mutating func refuse(
        _ refusal: UpdateRefusal, on id: LinkID, _ session: SessionState,
        _ step: inout Step<some RandomNumberGenerator>
    ) {
        switch refusal {
        case .distanceLie:
            count(.routeDistanceLie, &step)
            punish(.distanceLie, on: id, session, &step)
        case .foreignOrigin: count(.routeUpdateForeign, &step)
        case .stale, .notANeighbour: count(.routeUpdateStale, &step)
        }
    }

    /// An address that is not the derived one is neither believed nor fatal (`spec/wire.md` §4.3).
    private mutating func warnOfAddresses(in update: RouteUpdate, _ step: inout Step<some RandomNumberGenerator>) {
        let hasMismatch = update.entries.contains { entry in
            entry.meshIPv4 != .unspecified && routing.routes[entry.destination] != nil
                && entry.meshIPv4 != addresses.address(of: entry.destination)
        }
        if hasMismatch { count(.routeAddressMismatch, &step) }
    }

    /// Takes the consequences of a change of the routing table.
    mutating func note(_ changes: RouteChanges, _ step: inout Step<some RandomNumberGenerator>) {
        guard changes.isSignificant else { return }
        isTableChanged = true
        advertisements.noteChange()
        for destination in changes.removed {
            addresses.remove(destination)
            introductions.remove(destination)
            routeLost(to: destination, &step)
            step.announce(.routeRemoved(destination))
        }
        for destination in changes.added {
            if let owner = addresses.insert(destination) {
                count(.addressCollision, &step)
                step.announce(.addressCollision(owner, destination))
            }
            // The first frame on a sealed link has said it all.
            if !isSealedNeighbour(destination) { introductions.append(destination) }
            releaseHeldIntroduction(of: destination, &step)
            step.announce(.routeAdded(destination))
        }
    }

    private func isSealedNeighbour(_ node: NodeID) -> Bool {
        peers[node].flatMap { links[$0]?.session?.isSealed } == true
    }

    /// Sends this node's complete table to each of the peers.
    mutating func advertise(to nodes: [NodeID], _ step: inout Step<some RandomNumberGenerator>) {
        let selfEntry = RouteEntry(
            destination: own, hops: 0, isGateway: configuration.isGateway,
            meshIPv4: configuration.hasInterface ? addresses.address(of: own) : .unspecified)
        let ordered = configuration.relays ? routing.advertisingOrder() : []
        for node in nodes {
            guard let link = peers[node] else { continue }
            let entries = RouteTable.entries(for: node, selfEntry: selfEntry, ordered: ordered) {
                addresses.address(of: $0)
            }
            let sequence = advertisements.nextSequence(at: step.now)
            guard let update = try? RouteUpdate(signedBy: identity, sequence: sequence, entries: entries),
                let bytes = try? update.encode()
            else { continue }
            step.emit(.send(link, .routeUpdate, bytes))
        }
    }

    /// Chooses a gateway anew (`spec/routing.md` §12). A gateway uses none.
    mutating func chooseGateway(at time: MonotonicTime) {
        areGatewaysStale = false
        let candidates = configuration.isGateway ? [:] : gatewayScores()
        if gateways.update(candidates, at: time) { isTableChanged = true }
    }

    /// Neighbours hear of it with the next wave of updates.
    mutating func setGateway(_ isGateway: Bool) {
        guard configuration.isGateway != isGateway else { return }
        configuration.isGateway = isGateway
        isTableChanged = true
        advertisements.noteChange()
    }

    func gatewayScores() -> [NodeID: GatewayScore] {
        var scores: [NodeID: GatewayScore] = [:]
        for (node, route) in routing.routes where route.isGateway {
            scores[node] = GatewayScore(
                hops: route.hops, load: routing.neighbours[node]?.load ?? 0,
                roundTrip: roundTripMilliseconds(to: node))
        }
        return scores
    }
}

import PIMCore
import PIMCrypto
import PIMWire

/// Route updates in and out, and what follows from a changed table.
extension ControlPlane {
    mutating func receiveRouteUpdate(
        _ bytes: [UInt8], on id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard links[id]?.budget.routeUpdates.take(at: step.time) == true else {
            return count(.controlOverLimit, &step)
        }
        guard let update = try? RouteUpdate.decode(bytes) else { return refuseMalformed(on: id, session, &step) }
        guard update.origin == session.peer else {
            count(.routeUpdateForeign, &step)
            return punish(.impersonation, on: id, session, &step)
        }
        if session.isConfirmed, let neighbour = routing.neighbours[session.peer], update.sequence <= neighbour.sequence {
            return count(.routeUpdateStale, &step)
        }
        guard isSigned(update, bytes, by: session.publicKey) else {
            count(.routeSignatureInvalid, &step)
            return punish(.badSignature, on: id, session, &step)
        }
        proveLife(id, &step)
        // Confirming the session may have ended this link in favour of another one.
        guard peers[session.peer] == id else { return }
        do {
            note(try routing.receive(update, from: session.peer, at: step.time), &step)
            warnOfAddresses(in: update, &step)
        } catch .distanceLie {
            count(.routeDistanceLie, &step)
            punish(.distanceLie, on: id, session, &step)
        } catch .foreignOrigin {
            count(.routeUpdateForeign, &step)
        } catch .stale, .notANeighbour {
            count(.routeUpdateStale, &step)
        }
    }

    /// 64 zero bytes are no signature and are refused without verification (`spec/crypto.md` §8).
    private func isSigned(_ update: RouteUpdate, _ bytes: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard update.signature.contains(where: { $0 != 0 }) else { return false }
        let signed = WireLimits.routeUpdateHeader + update.entries.count * WireLimits.routeEntry
        let verified: Void? = try? Ed25519Verifier.verify(
            signature: update.signature, of: Array(bytes.prefix(signed)), publicKey: publicKey)
        return verified != nil
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
            step.announce(.routeRemoved(destination))
        }
        for destination in changes.added {
            if let owner = addresses.insert(destination) {
                count(.addressCollision, &step)
                step.announce(.addressCollision(owner, destination))
            }
            introductions.append(destination)
            step.announce(.routeAdded(destination))
        }
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
            var update = RouteUpdate(
                origin: own, sequence: advertisements.nextSequence(at: step.now), entries: entries)
            guard let signed = try? update.signedBytes, let signature = try? identity.sign(signed) else { continue }
            update.signature = signature
            guard let bytes = try? update.encode() else { continue }
            step.emit(.send(link, .routeUpdate, bytes))
        }
    }

    /// Chooses a gateway anew; `routing.md` §12. A gateway uses none.
    mutating func chooseGateway(at time: MonotonicTime) {
        guard !configuration.isGateway else { return }
        _ = gateways.update(gatewayScores(), at: time)
    }

    func gatewayScores() -> [NodeID: GatewayScore] {
        var scores: [NodeID: GatewayScore] = [:]
        for (node, route) in routing.routes where route.isGateway {
            scores[node] = GatewayScore(
                hops: route.hops, load: routing.neighbours[node]?.load ?? 0,
                roundTrip: roundTrips.milliseconds(to: node))
        }
        return scores
    }
}

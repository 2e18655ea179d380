import PIMCore
import PIMCrypto
import PIMWire

/// Everything that happens by itself.
extension ControlPlane {
    /// What ``nextDeadline`` is after a step.
    var earliestDeadline: MonotonicTime? {
        guard !isShutDown else { return nil }
        return .earliest(
            links.nextDeadline,
            dials.nextDeadline,
            discovery.nextDeadline,
            routing.nextDeadline,
            reputation.nextDeadline,
            addressReputation.nextDeadline,
            handshakeDeadline,
            gateways.nextDeadline,
            broadcastDue,
            sessionDeadline,
            peers.isEmpty ? nil : probesDue,
            peers.isEmpty ? nil : advertisements.nextDeadline(at: lastStep),
            introductions.nextDeadline(at: lastStep))
    }

    mutating func tick(_ step: inout Step<some RandomNumberGenerator>) {
        guard !isShutDown else { return }
        if let asked = nextDeadline, asked.advanced(by: configuration.timing.suspension) <= step.time {
            probeLinks(afterSleep: true, &step)
        }
        for id in links.due(at: step.time) { attend(to: id, &step) }
        note(routing.advance(to: step.time), &step)
        liftExclusions(&step)
        serveHandshakes(8, &step)
        areGatewaysStale = true
        if probesDue <= step.time { probeNeighbours(&step) }
        if let due = broadcastDue, due <= step.time {
            broadcastDue = announcements.interval.map { step.time.advanced(by: $0) }
            introduceToAll(at: step.now)
        }
        attendSessions(&step)
        discovery.sweep(at: step.time)
        startDials(&step)
    }

    /// The timers of one link.
    private mutating func attend(to id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let link = links[id] else { return }
        if let deadline = link.handshake.deadline, deadline <= step.time {
            count(.handshakeTimedOut, &step)
            guard link.session != nil else {
                blameStranger(.silence, on: link, &step)
                return close(id, reason: .handshakeTimeout, &step)
            }
            links[id]?.handshake = .idle
        }
        guard let session = link.session else { return }
        guard session.isConfirmed else {
            if session.confirmBy <= step.time {
                count(.unconfirmedSession, &step)
                return close(id, reason: session.unconfirmedReason, &step)
            }
            return beat(id, session, &step)
        }
        guard attendSilence(of: id, &step) else { return }
        beat(id, session, &step)
        if session.renewalDue <= step.time, let current = links[id] { renew(current, &step) }
    }

    private mutating func beat(
        _ id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard session.heartbeatDue <= step.time else { return }
        let timing = configuration.timing
        let next = step.draw(session.isSealed ? timing.sealedHeartbeat : timing.heartbeat, times: 0.8...1)
        links[id]?.session?.heartbeatDue = step.time.advanced(by: next)
        guard !session.isGuarded else { return }
        let hops = gateways.selected.flatMap { routing.routes[$0]?.hops } ?? Heartbeat.noGateway
        let heartbeat = Heartbeat(
            sender: own, timestampMilliseconds: step.now.unixMilliseconds,
            gatewayHops: configuration.isGateway ? 0 : hops, load: configuration.isGateway ? gatewayLoad : 0,
            gatewayKey: configuration.isGateway ? identity.x25519PublicKey : nil)
        step.emit(.send(id, .heartbeat, heartbeat.encode()))
        guard let standing = paths[session.peer], standing.count > 1 else { return }
        ping(id, &step)
        reselect(session.peer, &step)
    }

    /// Of gateways the choice depends on it (`spec/routing.md` §11), of all it is shown.
    private mutating func probeNeighbours(_ step: inout Step<some RandomNumberGenerator>) {
        probesDue = step.time.advanced(by: configuration.timing.probe)
        for (_, link) in peers.sorted(by: { $0.key < $1.key }) { ping(link, &step) }
    }

    /// The end of every step: the new forwarding table, then the events that refer to it, then news for the neighbours.
    mutating func settle(_ step: inout Step<some RandomNumberGenerator>) {
        lastStep = step.time
        links.settle()
        negotiations.settle()
        if areGatewaysStale || isTableChanged { chooseGateway(at: step.time) }
        if isTableChanged {
            isTableChanged = false
            let table = makeForwardingTable()
            if table != published {
                published = table
                step.emit(.publish(table))
            }
        }
        for event in step.announcements { step.emit(.event(event)) }
        step.announcements = []
        guard !isShutDown else { return }
        let newcomers = step.newcomers
        advertise(to: newcomers, &step)
        // Every clear frame comes through here: nothing is sorted unless a wave goes out.
        if peers.keys.contains(where: { !newcomers.contains($0) }) {
            if advertisements.takeWave(at: step.time) {
                advertise(to: peers.keys.filter { !newcomers.contains($0) }.sorted(), &step)
            }
        } else if !newcomers.isEmpty {
            advertisements.noteSent(at: step.time)
        }
        introduceNext(&step)
    }

    private func makeForwardingTable() -> ForwardingTable {
        var routes: [NodeID: ForwardingTable.Route] = [:]
        routes.reserveCapacity(routing.routes.count)
        for (destination, route) in routing.routes {
            guard let link = peers[route.nextHop] else { continue }
            routes[destination] = ForwardingTable.Route(
                link: link, nextHop: route.nextHop, hops: route.hops, isGateway: route.isGateway)
        }
        return ForwardingTable(
            own: own, routes: routes, neighbours: peers, relays: configuration.relays, revoked: revoked,
            prefixes: configuration.meshPrefixes, owners: addresses.owners,
            gateway: gateways.selected.flatMap { routes[$0] == nil ? nil : $0 }, isGateway: configuration.isGateway)
    }
}

internal import PIMCore
public import PIMPlugin
internal import PIMPluginHost
internal import Synchronization

extension PluginMesh {
    /// Decides what happens to each accepted payload from now on. Default: it is delivered.
    public func onTransit(_ decide: @escaping @Sendable (SentPayload) -> Transit) {
        network.withLock { $0.transit = decide }
    }

    /// While congested, a node's sends are answered `congested` and go nowhere.
    public func setCongested(_ congested: Bool, at node: PluginTestNode) {
        network.withLock { network in
            if congested { network.congested.insert(node.id) } else { network.congested.remove(node.id) }
        }
    }

    /// What routed payloads arrive as from now on. Default: `unauthenticated`, which is what a relay allows.
    public func setRoutedSecurity(_ security: PayloadSecurity) {
        network.withLock { $0.routedSecurity = security }
    }

    /// Delivers what ``Transit/hold`` kept back, in the order it was sent.
    public func releaseHeld() {
        let held = network.withLock { network in
            defer { network.held = [] }
            return network.held
        }
        for (payload, destination) in held { arrive(payload, at: destination) }
    }

    func send(_ payload: OutboundPayload, plugin: String, from source: NodeID, to destination: NodeID) -> SendResult {
        let (sent, arriving, transit) = network.withLock { network -> (SentPayload, InboundPayload, Transit?) in
            let result = result(of: payload, from: source, to: destination, in: network)
            let sent = SentPayload(
                plugin: plugin, source: source, destination: destination, kind: payload.kind, body: payload.body,
                route: payload.route, result: result)
            network.sent.append(sent)
            if network.sent.count > Self.recordLimit { network.sent.removeFirst(Self.recordLimit / 2) }
            let isDirect = payload.route == .direct
            let arriving = InboundPayload(
                source: source, kind: payload.kind, body: payload.body, arrival: isDirect ? .direct : .routed,
                security: isDirect ? .link : network.routedSecurity)
            if result == .parked { network.parked.append((arriving, destination, elapsed())) }
            guard case .queued = result else { return (sent, arriving, nil) }
            let transit = network.transit(sent)
            if transit == .hold { network.held.append((arriving, destination)) }
            return (sent, arriving, transit)
        }
        if transit == .deliver || transit == .duplicate { arrive(arriving, at: destination) }
        if transit == .duplicate { arrive(arriving, at: destination) }
        return sent.result
    }

    private func result(
        of payload: OutboundPayload, from source: NodeID, to destination: NodeID, in network: Network
    ) -> SendResult {
        guard (1...255).contains(payload.kind.utf8.count), payload.kind.utf8.allSatisfy({ $0 < 0x80 }) else {
            return .invalidKind
        }
        let limit = OutboundPayload.maximumBodySize(forKind: payload.kind)
        if payload.body.count > limit { return .tooLarge(limit: limit) }
        if payload.route == .direct, !network.links.contains([source, destination]) {
            return network.acquainted.contains([source, destination]) ? .parked : .noRoute
        }
        guard Self.reachable(from: source, over: network.links).contains(destination) else { return .noRoute }
        if network.congested.contains(source) { return .congested }
        let security = payload.route == .direct ? PayloadSecurity.link : network.routedSecurity
        return security >= payload.minimumSecurity ? .queued(security) : .tooInsecure
    }

    func releaseParked() {
        let now = elapsed()
        let ready = network.withLock { network in
            network.parked.removeAll { $0.since + Self.parkingTime < now }
            let ready = network.parked.filter { network.links.contains([$0.payload.source, $0.destination]) }
            network.parked.removeAll { network.links.contains([$0.payload.source, $0.destination]) }
            return ready
        }
        for parked in ready { arrive(parked.payload, at: parked.destination) }
    }

    private func arrive(_ payload: InboundPayload, at destination: NodeID) {
        let node = network.withLock { $0.node(destination) }
        node?.host.deliver(payload)
    }
}

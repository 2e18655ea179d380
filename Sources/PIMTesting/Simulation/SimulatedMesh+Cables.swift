import PIMCore
import PIMNode
import PIMTransport

extension SimulatedMesh {
    /// Who of the two ends dials.
    public enum Dialing: Sendable, Hashable {
        case first
        case second
        /// Both, at the same time, as two nodes do that are configured with each other's address.
        case both
    }

    /// Lays a cable between two nodes and has them connect over it; they reconnect by their own rules.
    ///
    /// - Parameter latency: one way.
    @discardableResult
    public func link(
        _ first: MeshNode, _ second: MeshNode, latency: Duration = .milliseconds(1), dialing: Dialing = .first
    ) -> MeshCable {
        let cable = MeshCable(index: cables.count)
        cables.append(CableState(first: first, second: second, latency: latency, hosts: cable.hosts))
        if dialing != .second { addTarget(cable, at: first) }
        if dialing != .first { addTarget(cable, at: second) }
        return cable
    }

    /// Pulls the cable: nothing gets through any more and nobody is told.
    public func cut(_ cable: MeshCable) { setCut(cable, true) }

    /// Plugs it in again. What the ends sent meanwhile arrives, unless they have given up.
    public func restore(_ cable: MeshCable) { setCut(cable, false) }

    /// Breaks the connections over the cable; both ends are told and may reconnect at once.
    public func sever(_ cable: MeshCable) {
        for connection in cables[cable.index].connections { connection.pair.sever() }
    }

    /// The cables between two nodes, in the order they were laid.
    public func cables(between node: MeshNode, and other: MeshNode) -> [MeshCable] {
        cables.indices.filter { index in
            let ends = (cables[index].first, cables[index].second)
            return ends == (node, other) || ends == (other, node)
        }.map(MeshCable.init)
    }

    /// The node gets another address on the cable: connections from the old one go dead without a word, and the node's own
    /// system tells it.
    public func changeAddress(of node: MeshNode, on cable: MeshCable) {
        let end = cables[cable.index].first == node ? 0 : 1
        cables[cable.index].moves += 1
        cables[cable.index].hosts[end] = "[fd00:\(cable.index):\(cables[cable.index].moves)::\(end + 1)]"
        for connection in cables[cable.index].connections { connection.pair.isPartitioned = true }
        cables[cable.index].abandoned += cables[cable.index].connections
        cables[cable.index].connections = []
        daemon(of: node)?.apply(.request(.networkChanged(localAddresses: localAddresses(of: node))))
    }

    private func localAddresses(of node: MeshNode) -> Set<String> {
        var addresses: Set<String> = []
        for cable in cables where cable.first == node || cable.second == node {
            addresses.insert(String(cable.hosts[cable.first == node ? 0 : 1].dropFirst().dropLast()))
        }
        return addresses
    }

    public func setLatency(_ latency: Duration, of cable: MeshCable) {
        cables[cable.index].latency = latency
        for connection in cables[cable.index].connections { connection.pair.latency = latency }
    }

    /// Cuts every cable between one of these nodes and any other.
    public func isolate(_ nodes: [MeshNode]) {
        for cable in crossing(nodes) { cut(cable) }
    }

    /// Undoes `isolate`.
    public func reunite(_ nodes: [MeshNode]) {
        for cable in crossing(nodes) { restore(cable) }
    }

    private func crossing(_ nodes: [MeshNode]) -> [MeshCable] {
        let inside = Set(nodes)
        return cables.indices.filter { inside.contains(cables[$0].first) != inside.contains(cables[$0].second) }
            .map(MeshCable.init)
    }

    private func setCut(_ cable: MeshCable, _ isCut: Bool) {
        cables[cable.index].isCut = isCut
        for connection in cables[cable.index].connections { connection.pair.isPartitioned = isCut }
    }

    private func addTarget(_ cable: MeshCable, at node: MeshNode) {
        nodes[node.index].configuration.targets.append(DialTarget(address: cable.address))
        daemon(of: node)?.apply(.request(.setTargets(nodes[node.index].configuration.targets)))
    }

    // MARK: From the daemons

    /// A dial: a connection after one round trip, a refusal, or, over a cut cable, silence until the time-out.
    func dial(_ dial: DialID, address: String, from daemon: SimulatedDaemon) {
        guard let index = cables.indices.first(where: { MeshCable(index: $0).address == address }) else {
            return schedule(after: .zero) { daemon.dialFailed(dial, reason: "no such cable") }
        }
        let cable = cables[index]
        if cable.isCut {
            return schedule(after: .seconds(3)) { daemon.dialFailed(dial, reason: "connection timed out") }
        }
        schedule(after: cable.latency * 2) { [unowned self] in
            let far = cables[index].other(than: daemon.node)
            guard daemon.isRunning, !cables[index].isCut, let acceptor = self.daemon(of: far) else {
                return daemon.dialFailed(dial, reason: "connection refused")
            }
            connect(daemon, dial, acceptor, over: index)
        }
    }

    private func connect(_ dialer: SimulatedDaemon, _ dial: DialID, _ acceptor: SimulatedDaemon, over index: Int) {
        let near = noteLink()
        let isFirst = dialer.node == cables[index].first
        let pair = MemoryLinkPair(
            dialer: MemoryLinkPair.End(
                own: dialer.plane.nodeID, link: near, observer: dialer,
                address: "\(cables[index].hosts[isFirst ? 0 : 1]):\(near.rawValue)"), dial: dial,
            acceptor: MemoryLinkPair.End(
                own: acceptor.plane.nodeID, link: noteLink(), observer: acceptor,
                address: "\(cables[index].hosts[isFirst ? 1 : 0]):9100"), latency: cables[index].latency
        ) { [unowned self] delay, work in schedule(after: delay, work) }
        cables[index].connections.append(CableState.Connection(pair: pair, dialerLink: near))
        pair.open()
    }

    /// The dialling end of a connection is gone; the other end gets a moment to notice.
    func connectionEnded(_ link: LinkID) {
        schedule(after: .seconds(30)) { [unowned self] in
            for index in cables.indices {
                cables[index].connections.removeAll { $0.dialerLink == link }
                cables[index].abandoned.removeAll { $0.dialerLink == link }
            }
        }
    }
}

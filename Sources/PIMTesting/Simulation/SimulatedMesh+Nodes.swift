import PIMCore
public import PIMCrypto
public import PIMNode
import PIMTransport

extension SimulatedMesh {
    /// Adds a node and starts it.
    ///
    /// - Parameters:
    ///   - configuration: its targets are made by `link`.
    ///   - meshKey: another secret than the mesh's own.
    public func addNode(
        _ name: String? = nil, configuration: ControlConfiguration = ControlConfiguration(), meshKey: MeshKey? = nil
    ) -> MeshNode {
        let index = nodes.count
        let node = MeshNode(index: index, name: name ?? "n\(index)")
        var configuration = configuration
        configuration.name = node.name
        configuration.targets = []
        let identity = makeIdentity()
        indices[identity.nodeID] = index
        nodes.append(
            NodeState(
                node: node, identity: identity, meshKey: meshKey ?? self.meshKey, configuration: configuration))
        start(node, clockOffset: .zero)
        return node
    }

    /// Adds nodes that differ in nothing but their identity.
    public func addNodes(_ count: Int, configuration: ControlConfiguration = ControlConfiguration()) -> [MeshNode] {
        (0..<count).map { _ in addNode(configuration: configuration) }
    }

    /// The node dies as by SIGKILL: the system closes its connections, nothing is said.
    public func crash(_ node: MeshNode) {
        stop(node)
        for cable in cables.indices where cables[cable].first == node || cables[cable].second == node {
            for connection in cables[cable].connections { connection.pair.sever() }
        }
    }

    /// The node disappears as by power loss: its peers are not told, and nothing answers them.
    public func vanish(_ node: MeshNode) {
        stop(node)
        for cable in cables.indices where cables[cable].first == node || cables[cable].second == node {
            for connection in cables[cable].connections { connection.pair.isPartitioned = true }
        }
    }

    /// The node says Goodbye and stops.
    public func shutDown(_ node: MeshNode) {
        daemon(of: node)?.apply(.request(.shutDown))
        // Its links still write what they hold.
        let leaving = daemon(of: node)
        schedule(after: .milliseconds(100)) { leaving?.stop() }
        nodes[node.index].daemon = nil
    }

    /// Starts a stopped node again, with the same identity and an empty memory.
    ///
    /// - Parameter clockOffset: how far its wall clock is off; a clock that was set back makes its new sequence numbers
    ///   smaller than its old ones.
    public func restart(_ node: MeshNode, clockOffset: Duration = .zero) {
        guard nodes[node.index].daemon == nil else { return }
        for cable in cables.indices where cables[cable].first == node || cables[cable].second == node {
            for connection in cables[cable].connections { connection.pair.sever() }
        }
        start(node, clockOffset: clockOffset)
    }

    public func isRunning(_ node: MeshNode) -> Bool { daemon(of: node) != nil }

    /// Hands a node any input, as if it had happened there.
    public func inject(_ input: ControlInput, at node: MeshNode) { daemon(of: node)?.apply(input) }

    func daemon(of node: MeshNode) -> SimulatedDaemon? { nodes[node.index].daemon }

    private func start(_ node: MeshNode, clockOffset: Duration) {
        let state = nodes[node.index]
        nodes[node.index].starts += 1
        var configuration = state.configuration
        configuration.known = state.known
        let noise = UInt64(node.index) << 32 | UInt64(state.starts)
        nodes[node.index].daemon = SimulatedDaemon(
            node: node, mesh: self, identity: state.identity, meshKey: state.meshKey,
            configuration: configuration, clockOffset: clockOffset,
            random: SeededGenerator(seed: seed ^ noise &* 0x2545_f491_4f6c_dd1d))
    }

    private func stop(_ node: MeshNode) {
        nodes[node.index].daemon?.stop()
        nodes[node.index].daemon = nil
    }

    private func makeIdentity() -> Identity {
        while true {
            let bytes = (0..<Identity.seedByteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            if let identity = try? Identity(seed: bytes) { return identity }
        }
    }
}

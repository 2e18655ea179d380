import PIMCore
import PIMWire

extension SimulatedMesh {
    /// Sends a plugin payload from one node to another, routed and sealed.
    @discardableResult
    public func send(
        _ body: [UInt8], kind: String = "test", from sender: MeshNode, to receiver: MeshNode
    ) -> SendOutcome {
        daemon(of: sender)?.send(PluginPayload(kind: kind, body: body), to: nodeID(of: receiver)) ?? .notRunning
    }

    /// What arrived at a node, in order, restarts included.
    public func received(at node: MeshNode) -> [ReceivedPayload] { nodes[node.index].received }

    // MARK: From the daemons

    func deliver(_ payload: PluginPayload, from source: NodeID, to node: MeshNode, isRouted: Bool, ttl: UInt8) {
        let received = ReceivedPayload(
            source: source, payload: payload, isRouted: isRouted, ttl: ttl, time: time)
        nodes[node.index].received.append(received)
        noteDelivered()
        onPayload?(node, received)
    }
}

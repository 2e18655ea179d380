import PIMCore
import PIMPlugin
import PIMWire

extension SimulatedMesh {
    /// Sends a plugin payload from one node to another through the mesh: sealed where the other can open it.
    ///
    /// - Parameter demandsSealing: Whether it may travel in no other form.
    @discardableResult
    public func send(
        _ body: [UInt8], kind: String = "test", from sender: MeshNode, to receiver: MeshNode,
        demandsSealing: Bool = false
    ) -> SendOutcome {
        daemon(of: sender)?.send(
            PluginPayload(kind: kind, body: body), to: nodeID(of: receiver), demandsSealing: demandsSealing)
            ?? .notRunning
    }

    /// What arrived at a node, in order, restarts included.
    public func received(at node: MeshNode) -> [ReceivedPayload] { nodes[node.index].received }

    // MARK: From the daemons

    func deliver(
        _ payload: PluginPayload, from source: NodeID, to node: MeshNode, security: PayloadSecurity, ttl: UInt8
    ) {
        let received = ReceivedPayload(
            source: source, payload: payload, security: security, ttl: ttl, time: time)
        nodes[node.index].received.append(received)
        noteDelivered()
        onPayload?(node, received)
    }
}

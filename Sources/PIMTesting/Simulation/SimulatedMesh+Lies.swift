import PIMCore
public import PIMCrypto
public import PIMNode
public import PIMWire

/// What only dishonest nodes do.
extension SimulatedMesh {
    /// Has a node send a mesh frame as it is, whatever it claims.
    public func send(_ frame: MeshFrame, from liar: MeshNode) { daemon(of: liar)?.send(frame) }

    /// Has a node send a RouteUpdate, Heartbeat or Control frame as it is to a neighbour.
    public func send(_ type: FrameType, _ bytes: [UInt8], from liar: MeshNode, to neighbour: MeshNode) {
        daemon(of: liar)?.send(type, bytes, to: nodeID(of: neighbour))
    }

    /// How payloads from one node to another travel at present.
    public func carriage(from node: MeshNode, to other: MeshNode) -> PayloadCarriage? {
        daemon(of: node)?.carriage(to: nodeID(of: other))
    }

    /// Whether a node's links with a session are all sealed.
    public func areLinksSealed(of node: MeshNode) -> Bool {
        guard let daemon = daemon(of: node) else { return false }
        return daemon.openLinks.allSatisfy { !daemon.hasSession(on: $0) || daemon.isSealed($0) }
    }

    /// The secret of a node, for tests that steal it.
    public func identity(of node: MeshNode) -> Identity { nodes[node.index].identity }
}

import PIMCore
import PIMCrypto
import PIMNode
import PIMPlugin
import PIMTesting
import PIMWire
import Testing

/// Three honest nodes that can reach each other only through a fourth, which is not: anna, ben and carol at relay.
/// Everybody has met everybody before the relay begins to lie.
struct Triangle {
    let mesh: SimulatedMesh
    let anna: MeshNode
    let ben: MeshNode
    let carol: MeshNode
    let relay: MeshNode

    var honest: [MeshNode] { [anna, ben, carol] }

    /// - Parameter haveMet: Whether there are sessions, and hence pins, between the honest nodes.
    init(seed: UInt64, haveMet: Bool = true) {
        mesh = SimulatedMesh(seed: seed)
        (anna, ben, carol) = (mesh.addNode("anna"), mesh.addNode("ben"), mesh.addNode("carol"))
        relay = mesh.addNode("relay")
        for node in [anna, ben, carol] { mesh.link(node, relay, latency: .milliseconds(3)) }
        mesh.run(until: { [mesh] in mesh.isConverged }, limit: .seconds(5))
        guard haveMet else { return }
        for (sender, receiver) in pairs { mesh.send([0], kind: "hello", from: sender, to: receiver) }
        mesh.run(for: .seconds(3))
    }

    var pairs: [(MeshNode, MeshNode)] {
        honest.flatMap { sender in honest.filter { $0 != sender }.map { (sender, $0) } }
    }

    func id(_ node: MeshNode) -> NodeID { mesh.nodeID(of: node) }

    /// Whether every pair of honest nodes has a session and has pinned the other.
    var areAllPinned: Bool {
        pairs.allSatisfy { sender, receiver in
            guard case .sealed? = mesh.carriage(from: sender, to: receiver) else { return false }
            return mesh.known(at: sender)[id(receiver)] == KnownPeer(pin: [.sealedLinks, .sessions], isVerified: true)
        }
    }

    /// What honest nodes got that nobody sent to them like this, and what they got more than once.
    ///
    /// - Parameter sent: Bodies, each of which was sent once.
    func lies(among sent: [[UInt8]: (from: MeshNode, to: MeshNode)]) -> [ReceivedPayload] {
        var seen: Set<[UInt8]> = []
        return honest.flatMap { node in
            mesh.received(at: node).filter { received in
                guard received.payload.kind != "hello" else { return false }
                guard let genuine = sent[received.payload.body], genuine.to == node,
                    received.source == id(genuine.from), received.security == .endToEnd,
                    received.payload.kind == "test"
                else { return true }
                return !seen.insert(received.payload.body).inserted
            }
        }
    }

    /// What honest nodes believe of each other that is not so, and links of theirs that are gone.
    var falseBeliefs: [String] {
        pairs.compactMap { node, other in
            if mesh.keys(at: node)[id(other)] != mesh.identity(of: other).x25519PublicKey {
                return "\(node) has a false key of \(other)"
            }
            if mesh.known(at: node)[id(other)] != KnownPeer(pin: [.sealedLinks, .sessions], isVerified: true) {
                return "\(node) has a false pin of \(other)"
            }
            return nil
        }
    }
}

extension SimulatedMesh {
    /// Violations that a liar cannot bring about by lying about routes, which it may (`design/extensions.md` §8).
    var seriousViolations: [String] {
        violations.filter { !$0.contains("a route to nobody") && !$0.contains("go in circles") }
    }
}

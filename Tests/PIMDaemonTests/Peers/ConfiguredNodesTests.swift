import PIMCore
import Testing

@testable import PIMDaemon
@testable import PIMNode

/// `[[peers]]` and who is there: the same answer whichever way a link came about.
struct ConfiguredNodesTests {
    private static let node = NodeID(high: 1, low: 1)
    private static let other = NodeID(high: 2, low: 2)

    private func peer(_ address: String, _ node: NodeID? = nil, label: String = "") -> PIMConfiguration.Peer {
        PIMConfiguration.Peer(label: label, target: .tcp(address: address), node: node)
    }

    private func dial(
        _ address: String, pinned: NodeID? = nil, answered: NodeID? = nil,
        _ phase: DialStatus.Phase = .waiting(until: .zero)
    ) -> DialStatus {
        DialStatus(
            target: DialTarget(address: address, node: pinned), node: pinned ?? answered, phase: phase, failures: 0)
    }

    @Test(arguments: [DialStatus.Phase.waiting(until: .zero), .dialing, .handshaking, .connected(node), .barred])
    func aPinnedNodeHasItsLabelInEveryPhase(_ phase: DialStatus.Phase) {
        let nodes = ConfiguredNodes(
            [peer("a:1", Self.node, label: "attic")], dials: [dial("a:1", pinned: Self.node, phase)])
        #expect(nodes.label(of: Self.node) == "attic")
        #expect(nodes.contains(Self.node))
        #expect(nodes.label(of: Self.other) == nil)
        #expect(!nodes.contains(Self.other))
    }

    @Test func whoAnsweredAtAnAddressHasItsLabel() {
        let nodes = ConfiguredNodes([peer("a:1", label: "attic")], dials: [dial("a:1", answered: Self.node)])
        #expect(nodes.label(of: Self.node) == "attic")
        #expect(nodes.label(of: DialTarget(address: "a:1")) == "attic")
    }

    @Test func whoIsDialledOnRequestIsNotInTheFile() {
        let visitor = dial("b:2", answered: Self.node, .connected(Self.node))
        let nodes = ConfiguredNodes([peer("a:1", label: "attic")], dials: [dial("a:1"), visitor])
        #expect(!nodes.contains(Self.node))
        #expect(!nodes.contains(visitor.target))
        #expect(nodes.label(of: Self.node) == nil)
        // The same address with a node that has to answer there is another target.
        #expect(!nodes.contains(DialTarget(address: "a:1", node: Self.node)))
    }

    @Test func oneOfSeveralAddressesTellsTheLabel() {
        let peers = [peer("a:1"), peer("b:2", label: "attic"), peer("c:3", label: "cellar")]
        let nodes = ConfiguredNodes(peers, dials: ["a:1", "b:2", "c:3"].map { dial($0, answered: Self.node) })
        #expect(nodes.label(of: Self.node) == "attic")
        #expect(nodes.label(of: DialTarget(address: "a:1")) == nil)
        #expect(nodes.contains(DialTarget(address: "a:1")))
    }
}

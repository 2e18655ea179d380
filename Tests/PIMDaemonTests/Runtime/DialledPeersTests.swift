import PIMCore
import PIMNode
import Testing

@testable import PIMDaemon

/// Whom a daemon dials and admits, by its file and by what was asked of it.
@Suite struct DialledPeersTests {
    private static let node = NodeID(high: 1, low: 2)
    private static let visitor = DialTarget(address: "192.0.2.1:1")

    private func peers(_ text: String) throws -> DialledPeers {
        let configuration = try ConfigurationText.configuration(text)
        return DialledPeers(configured: configuration.peers, security: configuration.security)
    }

    @Test func visitorsComeBehindTheConfiguredAndOnce() throws {
        var peers = try peers("[[peers]]\nmechanism = \"tcp\"\naddress = \"h:1\"\n")
        let configured = DialTarget(address: "h:1")
        peers.add(Self.visitor)
        peers.add(Self.visitor)
        peers.add(configured)
        #expect(peers.targets == [configured, Self.visitor])
        peers.configured = []
        #expect(peers.targets == [Self.visitor, configured])
    }

    @Test func aVisitorGoesWithTheNodeThatAnswered() throws {
        var peers = try peers("")
        peers.add(Self.visitor)
        peers.removeVisitors { $0.node == Self.node }
        #expect(peers.targets == [Self.visitor])
        peers.note(Self.node, at: Self.visitor)
        peers.removeVisitors { $0.node == Self.node }
        #expect(peers.targets == [])
    }

    @Test func visitorsAreBounded() throws {
        var peers = try peers("")
        for port in 1...100 { peers.add(DialTarget(address: "h:\(port)")) }
        #expect(peers.targets.map(\.address) == (37...100).map { "h:\($0)" })
    }

    @Test func guestsAreAdmittedUnderAListOnly() throws {
        var list = try peers("[security]\nauthorization_policy = \"allow_list\"\nauthorized_peers = []\n")
        #expect(list.policy == .allowList([]))
        list.guests.insert(Self.node)
        #expect(list.policy == .allowList([Self.node]))
        #expect(try peers("").policy == .allowAll)
        #expect(try peers("[security]\nauthorization_policy = \"trust_on_first_use\"\n").policy == nil)
    }
}

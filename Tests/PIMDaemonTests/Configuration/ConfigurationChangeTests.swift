import PIMCore
import Testing

@testable import PIMDaemon

/// What a new configuration means for a daemon that runs.
@Suite struct ConfigurationChangeTests {
    private static let start = "[node]\nname = \"n\"\n"

    private func change(_ started: String = "", by current: String? = nil, to fresh: String) throws
        -> ConfigurationChange
    {
        func load(_ text: String) throws -> LoadedConfiguration { try ConfigurationText.load(Self.start + text) }
        let begin = try load(started)
        return ConfigurationChange(from: begin, by: try current.map(load) ?? begin, to: try load(fresh))
    }

    @Test func whatSaysTheSameIsNoChange() throws {
        // A default written out, another order, a comment.
        let change = try change(to: "# c\n[routing]\nmax_hops = 10\n[discovery]\nport = 9101\n")
        #expect(change == ConfigurationChange(applied: [], requiresRestart: [], groups: []))
    }

    private static let live: [(text: String, key: String, group: LiveKeys.Group)] = [
        ("[[peers]]\nmechanism = \"tcp\"\naddress = \"h:1\"\n", "peers", .peers),
        (
            "[messaging.broadcast]\noutgoing_interval_s = 30\n", "messaging.broadcast.outgoing_interval_s",
            .announcements
        ),
        ("[discovery]\nconnect_relays = false\n", "discovery.connect_relays", .discovery),
        ("[gateway]\nmax_connections = 3\n", "gateway.max_connections", .gateway),
        ("[routing]\nkill_switch = true\n", "routing.kill_switch", .routing),
        ("[routing]\ndns_servers = []\n", "routing.dns_servers", .routing),
        ("[security]\nauthorization_policy = \"allow_list\"\n", "security.authorization_policy", .authorization),
        ("[log]\nlevel = \"debug\"\n", "log.level", .log),
    ]

    @Test(arguments: live)
    func aLiveKeyCountsAtOnce(text: String, key: String, group: LiveKeys.Group) throws {
        #expect(try change(to: text) == ConfigurationChange(applied: [key], requiresRestart: [], groups: [group]))
        // And back.
        #expect(try change(text, to: "") == ConfigurationChange(applied: [key], requiresRestart: [], groups: [group]))
    }

    private static let atStart = [
        ("[discovery]\nport = 9\n", "discovery.port"), ("[discovery]\nenabled = false\n", "discovery.enabled"),
        ("[interface]\nmtu = 1300\n", "interface.mtu"), ("[mesh]\nmesh_id = \"x\"\n", "mesh.mesh_id"),
        ("[messaging.peer_cleanup]\nenabled = false\n", "messaging.peer_cleanup.enabled"),
        ("[plugins.messaging]\nread_receipts = false\n", "plugins.messaging.read_receipts"),
        ("[security]\nauthorization_policy = \"trust_on_first_use\"\n", "security.authorization_policy"),
        ("[rpc]\ngroup = \"g\"\n", "rpc.group"), ("[mesh.kdf]\nt_cost = 4\n", "mesh.kdf.t_cost"),
    ]

    @Test(arguments: atStart)
    func otherKeysWaitForARestart(text: String, key: String) throws {
        #expect(try change(to: text) == ConfigurationChange(applied: [], requiresRestart: [key], groups: []))
    }

    @Test func whatWaitsIsToldUntilItIsTakenBack() throws {
        let mtu = "[interface]\nmtu = 1300\n"
        let log = "[log]\nlevel = \"debug\"\n"
        let change = try change(by: mtu, to: mtu + log)
        #expect(
            change == ConfigurationChange(applied: ["log.level"], requiresRestart: ["interface.mtu"], groups: [.log]))
        #expect(try self.change(by: mtu + log, to: log).requiresRestart == [])
    }

    @Test func everyPeerCountsAsOneKey() throws {
        let peer = "[[peers]]\nmechanism = \"tcp\"\naddress = \"h:1\"\nlabel = \"a\"\n"
        #expect(try change(peer, to: peer.replacing("\"a\"", with: "\"b\"")).applied == ["peers"])
        #expect(try change(peer, to: "\n" + peer).applied == [])
    }
}

import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct PeersPairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair", abstract: "Dial a peer and wait until it has proven who it is.",
        discussion: """
            PEER is an address, or a node that is discovered or configured. With --persist it goes into the configuration, \
            bound to the node that answered, and past the authorization policy.
            """)

    enum Trust: String, EnumerableFlag {
        case once, persist

        static func help(for value: Trust) -> ArgumentHelp? {
            value == .once ? "A link now; nothing is remembered (the default)." : "For good."
        }
    }

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Flag var trust = Trust.once
    @Option(help: "What to call it.")
    var label: String?
    @Option(help: "How many seconds it may take.")
    var timeout: Double = 40
    @Argument(help: "Whom.")
    var peer: PeerReference

    func validate() throws {
        guard timeout > 0, timeout <= 600 else { throw ValidationError("--timeout must be above 0 and at most 600.") }
    }

    func run() async throws {
        let summary = try await Progress.during("waiting for \(Printable.line(peer.text)) to prove itself") {
            try await client.withClient { client in
                let target = try await Self.target(peer, with: client)
                let parameters = PairPeerParameters(
                    nodeID: target.node, address: target.address?.text,
                    trust: trust == .persist ? .persist : .once, label: label)
                do {
                    return try await client.call(RPC.pairPeer, parameters, timeout: .seconds(timeout))
                } catch let error as ControlClientError where error.code == .timedOut && isShort {
                    throw CommandFailure(
                        "\(Printable.line(peer.text)) did not answer within \(Duration.seconds(timeout))")
                }
            }
        }
        if format.json { return try Output.json(summary) }
        let name = summary.label.map { " (\(Printable.line($0)))" } ?? ""
        let memory = trust == .persist ? "; it is in the configuration now" : ""
        Output.line("paired with \(summary.nodeID?.description ?? summary.nodeIDShort)\(name)\(memory)")
    }

    /// Whether the peer is to answer sooner than the daemon itself gives up on it, which then tells why.
    private var isShort: Bool { timeout < 8 }

    private static func target(
        _ peer: PeerReference, with client: ControlClient
    ) async throws -> (node: NodeID?, address: PeerAddress?) {
        if let node = try? NodeID(parsing: peer.text) { return (node, nil) }
        // An IPv6 address alone may be one of the mesh.
        if peer.text.contains(":"), IPv6Address(peer.text) == nil, let address = PeerAddress(peer.text) {
            return (nil, address)
        }
        let known = try await PeerDirectory.known(to: client)
        if peer.matches(in: known).isEmpty, let address = PeerAddress(peer.text) { return (nil, address) }
        return (try await peer.choose(from: known, orElse: client), nil)
    }
}

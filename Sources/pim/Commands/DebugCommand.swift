import ArgumentParser
import PIMCore
import PIMRPC

struct DebugCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Show what the mesh engine sees, in a form that stays the same for scripts.",
        discussion: """
            From the running daemon, or from a snapshot FILE; what a daemon that is gone has left is used with a note.
            """,
        subcommands: [
            DebugPeersCommand.self, DebugRoutesCommand.self, DebugGatewaysCommand.self, DebugDiscoveryCommand.self,
            DebugRouteCommand.self, DebugDumpCommand.self,
        ])

    /// A command is mandatory.
    func run() async throws {
        throw ValidationError("A command is expected.")
    }
}

struct DebugPeersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "peers", abstract: "Every live session.")

    @OptionGroup var source: SnapshotOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let snapshot = try await source.load()
        if format.json { return try Output.json(snapshot.peers) }
        Output.lines(DebugReport(snapshot: snapshot).peers)
    }
}

struct DebugRoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "routes", abstract: "Every route.")

    @OptionGroup var source: SnapshotOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let snapshot = try await source.load()
        if format.json { return try Output.json(snapshot.routes) }
        Output.lines(DebugReport(snapshot: snapshot).routes)
    }
}

struct DebugGatewaysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateways", abstract: "Every gateway, the selected one marked with *.")

    @OptionGroup var source: SnapshotOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let snapshot = try await source.load()
        if format.json { return try Output.json(snapshot.gateways) }
        Output.lines(DebugReport(snapshot: snapshot).gateways)
    }
}

struct DebugDiscoveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discovery", abstract: "Every node that announces itself nearby.")

    @OptionGroup var source: SnapshotOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let snapshot = try await source.load()
        if format.json { return try Output.json(snapshot.discoveredPeers) }
        Output.lines(DebugReport(snapshot: snapshot).discovery)
    }
}

struct DebugRouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Ask for one route.", subcommands: [DebugRouteGetCommand.self])

    /// A command is mandatory.
    func run() async throws {
        throw ValidationError("A command is expected.")
    }
}

struct DebugRouteGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show which way traffic to a target takes.")

    @OptionGroup var source: SnapshotOptions
    @OptionGroup var format: FormatOptions
    @Argument(
        help: "internet, a mesh IPv4 address, a node id, a unique beginning of one, or a short id.",
        completion: NameCompletion.nodes)
    var target: String

    func run() async throws {
        let snapshot = try await source.load()
        let answer = try RouteLookup(snapshot: snapshot).find(target)
        guard format.json else { return Output.lines(answer.lines(target: target, node: snapshot.node.shortID)) }
        switch answer {
        case .localGateway: try Output.json(JSONValue.object(["local_gateway": .bool(true)]))
        case .gateway(let gateway, _): try Output.json(gateway)
        case .route(let route, _): try Output.json(route)
        }
    }
}

struct DebugDumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Print the whole snapshot as JSON.")

    @OptionGroup var source: SnapshotOptions
    @Flag(help: .hidden)
    var json = false

    func run() async throws {
        try Output.json(try await source.load())
    }
}

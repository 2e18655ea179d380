import ArgumentParser
import PIMCore
import PIMRPC

struct DebugRouteGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show which way traffic to a target takes.")

    @OptionGroup var source: SnapshotOptions
    @OptionGroup var format: FormatOptions
    @Argument(
        help: "internet, a mesh address, a node id, a unique beginning of one, a short id, or a name the daemon knows.",
        completion: NameCompletion.nodes)
    var target: String

    func run() async throws {
        let snapshot = try await source.load()
        let lookup = RouteLookup(snapshot: snapshot)
        // A name beats everything else, as everywhere: “b” may be somebody's, and how the ids of others begin.
        let node = target == "internet" ? nil : await source.node(named: target)
        let answer = try lookup.find(node?.description ?? target)
        guard format.json else { return Output.lines(answer.lines(target: target, node: snapshot.node.shortID)) }
        switch answer {
        case .localGateway: try Output.json(JSONValue.object(["local_gateway": .bool(true)]))
        case .gateway(let gateway, _): try Output.json(gateway)
        case .route(let route, _): try Output.json(route)
        }
    }
}

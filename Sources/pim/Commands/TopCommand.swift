import ArgumentParser
import PIMClient
import PIMRPC

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Watch the node: traffic, peers, routes, gateways, plugins.",
        discussion:
            "Press ? for the keys. Goes on when the daemon is restarted. Without a terminal, --once prints one picture."
    )

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Option(name: .shortAndLong, help: "How many seconds between two looks.")
    var interval: Double = 1
    @Flag(help: "Print one picture and exit.")
    var once = false

    func validate() throws {
        guard 0.1...3600 ~= interval else { throw ValidationError("--interval must be between 0.1 and 3600.") }
        if format.json, !once { throw ValidationError("--json goes with --once.") }
    }

    func run() async throws {
        guard once else {
            guard Terminal.isInteractive else {
                throw CommandFailure("pim top needs a terminal; “pim top --once” prints one picture")
            }
            let source = TopSource(socket: client.socketPath, interval: .seconds(interval))
            return try await TopSession(source: source, style: format.style).run()
        }
        let sample = try await client.withClient { try await TopSource.sample($0) }
        if format.json { return try Output.json(Picture(sample)) }
        var model = TopModel()
        model.take(sample)
        Output.lines(TopScreen(model: model, style: format.style).wholeText)
    }
}

extension TopCommand {
    /// What `--once --json` prints.
    struct Picture: Encodable {
        var status: DaemonStatus
        var routes: RouteTableResult
        var plugins: PluginList?
        var gateway: GatewayRole?

        init(_ sample: TopSample) {
            status = sample.status
            routes = sample.routes
            plugins = sample.plugins
            gateway = sample.gateway
        }
    }
}

import ArgumentParser
import PIMClient
import PIMRPC

struct RouteOffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "off", abstract: "Let this machine's traffic leave by its own uplink again.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var route: RouteOptions

    func run() async throws {
        let states = try await Progress.during("waiting for the routes") {
            try await client.withClient { try await Self.turnOff($0) }
        }
        guard let states else {
            if format.json { return try Output.json(NoRoutes.json) }
            return Output.line(Self.line(wasOn: false))
        }
        if let failure = states.after.failure { throw CommandFailure(failure) }
        if format.json { return try Output.json(states.after) }
        Output.line(Self.line(wasOn: states.before.on || states.before.enabled))
    }

    /// - Returns: `nil` for a daemon without an interface.
    private static func turnOff(
        _ client: ControlClient
    ) async throws -> (before: SplitDefaultStatus, after: SplitDefaultStatus)? {
        guard let before = try await client.routeStatus() else { return nil }
        _ = try await client.call(RPC.setSplitDefault, SetSplitDefaultParameters(on: false))
        return (before, try await client.call(RPC.splitDefaultStatus))
    }

    /// The words of `spec/scenarios.md` §0.2.
    static func line(wasOn: Bool) -> String {
        wasOn ? "pim routes disabled" : "pim routes already disabled"
    }
}

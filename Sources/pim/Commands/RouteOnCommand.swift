import ArgumentParser
import PIMClient
import PIMRPC

struct RouteOnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "on", abstract: "Turn the default route into the mesh.",
        discussion: "Until `pim route off` or until the daemon stops. Local networks stay as they are.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var route: RouteOptions

    func run() async throws {
        let status = try await Progress.during("waiting for the routes") {
            try await client.withClient { client in
                let before = try await client.call(RPC.splitDefaultStatus)
                if let refusal = Self.refusal(before) { throw CommandFailure(refusal) }
                _ = try await client.call(RPC.setSplitDefault, SetSplitDefaultParameters(on: true))
                let after = try await client.call(RPC.splitDefaultStatus)
                guard after.enabled else {
                    // Nothing half done is left behind by a command that fails.
                    _ = try await client.call(RPC.setSplitDefault, SetSplitDefaultParameters(on: false))
                    throw CommandFailure(after.failure ?? "the routes did not stand; see the daemon's log")
                }
                return after
            }
        }
        if format.json { try Output.json(status) } else { Output.line(Self.line(status)) }
        guard let failure = status.failure else { return }
        // Who holds traffic back relies on all of it: names, too.
        if status.killSwitch { throw CommandFailure(failure) }
        Output.complain("warning: \(failure)")
    }

    /// Why traffic cannot be sent into the mesh, if it cannot.
    static func refusal(_ status: SplitDefaultStatus) -> String? {
        if status.isGatewayNode { return "this node is a gateway: its own traffic leaves by its uplink" }
        if status.gateway == nil, !status.killSwitch {
            return "no gateway is known, so there is no way to the internet through the mesh"
        }
        return nil
    }

    static func line(_ status: SplitDefaultStatus) -> String {
        let gateway = status.gateway.map { "the gateway is \($0)" } ?? "no gateway is known: traffic is held back"
        return "pim routes enabled via \(status.via) dev \(status.interface); \(gateway)"
    }
}

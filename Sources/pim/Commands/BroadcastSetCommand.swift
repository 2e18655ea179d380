import ArgumentParser
import PIMClient
import PIMRPC

struct BroadcastSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change how this node makes itself known, at once and in the configuration.")

    /// Seconds, or off.
    struct Interval: ExpressibleByArgument {
        let value: SetBroadcastParameters.Interval

        init?(argument: String) {
            if argument == "off" {
                value = .off
            } else {
                guard let seconds = UInt64(argument), seconds > 0 else { return nil }
                value = .seconds(seconds)
            }
        }
    }

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Option(help: "How many seconds between announcements, or off.")
    var interval: Interval?
    @Option(help: "Whether announcements of others are taken: true or false.")
    var watchIncoming: Bool?
    @Option(help: "How many seconds between announcements of one peer at least; others are ignored.")
    var minPeerInterval: UInt64?

    func validate() throws {
        guard interval != nil || watchIncoming != nil || minPeerInterval != nil else {
            throw ValidationError("Say what to change.")
        }
    }

    func run() async throws {
        let parameters = SetBroadcastParameters(
            outgoingInterval: interval?.value ?? .unchanged, watchIncoming: watchIncoming,
            minimumPeerIntervalSeconds: minPeerInterval)
        let state = try await client.withClient { try await $0.call(RPC.setBroadcast, parameters) }
        if format.json { return try Output.json(state) }
        Output.lines(BroadcastReport(state).lines)
    }
}

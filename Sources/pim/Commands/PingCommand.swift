import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct PingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping", abstract: "Send sealed payloads to a node across the mesh and time the answers.",
        discussion:
            "Until interrupted, or as often as -c says. Exits with 1 when nothing came back.\n\n\(PeerReference.explanation)"
    )

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Option(name: .shortAndLong, help: "How often; without it until interrupted.")
    var count: Int?
    @Option(name: .shortAndLong, help: "How many seconds between two.")
    var interval: Double = 1
    @Option(name: [.customShort("W"), .long], help: "How many seconds to wait for an answer.")
    var timeout: Double = 5
    @Option(name: .shortAndLong, help: "Bytes of filling each way.")
    var size = 56
    @Argument(help: "Whom.")
    var node: PeerReference

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be 1 or more.") }
        guard 0.05...3600 ~= interval else { throw ValidationError("--interval must be between 0.05 and 3600.") }
        guard 0.001...60 ~= timeout else { throw ValidationError("--timeout must be between 0.001 and 60.") }
        guard 0...16_384 ~= size else { throw ValidationError("--size must be between 0 and 16384.") }
    }

    func run() async throws {
        let isQuiet = format.json
        let (summary, failure) = try await client.withClient { client in
            let target = try await node.resolve(with: client)
            if !isQuiet { Output.line("ping \(target), \(size) bytes") }
            let series = PingSeries(
                client: client, target: target, count: count, interval: .seconds(interval), timeout: .seconds(timeout),
                size: size
            ) { number, reply, reason in
                if isQuiet { return }
                Output.line(
                    reply.map { PingSummary.line($0, number: number) } ?? "seq=\(number) \(Printable.line(reason))")
            }
            return try await Interrupts.cancelling { try await series.run() }
        }
        if isQuiet { try Output.json(summary.document) } else { Output.lines(summary.lines) }
        if let failure { throw failure }
        guard summary.replies.isEmpty else { return }
        throw CommandFailure.silent()
    }
}

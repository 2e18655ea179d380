import ArgumentParser
import PIMRPC

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

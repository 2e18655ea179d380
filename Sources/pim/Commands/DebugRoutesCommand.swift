import ArgumentParser
import PIMRPC

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

import ArgumentParser
import PIMRPC

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

import ArgumentParser
import PIMRPC

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

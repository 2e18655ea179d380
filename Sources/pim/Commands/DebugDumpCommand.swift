import ArgumentParser

struct DebugDumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Print the whole snapshot as JSON.")

    @OptionGroup var source: SnapshotOptions
    @Flag(help: .hidden)
    var json = false

    func run() async throws {
        try Output.json(try await source.load())
    }
}

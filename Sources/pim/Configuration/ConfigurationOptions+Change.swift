import PIMRPC

extension ConfigurationOptions {
    /// Makes changes and prints what became of them.
    func change(
        _ changes: [ConfigSetParameters.Change], dryRun: Bool, format: FormatOptions
    ) async throws {
        let (result, isRunning) = try await Progress.during("the daemon applies the change") {
            try await withConfiguration { (try await $0.set(changes, dryRun: dryRun), $0.isRunning) }
        }
        if format.json { return try Output.json(result) }
        Output.lines(ConfigurationChangeReport(result, isRunning: isRunning).lines)
    }
}

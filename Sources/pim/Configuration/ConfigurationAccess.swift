import PIMCore
import PIMRPC

/// A configuration that can be read and changed, wherever it is.
protocol ConfigurationAccess: Sendable {
    /// Whether changes take effect as far as they can, or wait for the next start.
    var isRunning: Bool { get }

    func read(includingSecrets: Bool) async throws -> ConfigGetResult

    /// Sets or removes single keys.
    func set(_ changes: [ConfigSetParameters.Change], dryRun: Bool) async throws -> ConfigSaveResult

    /// Saves a whole text.
    ///
    /// - Parameter old: What was read. When that is not what is there any more, nothing is saved.
    func save(_ text: String, insteadOf old: ConfigGetResult, dryRun: Bool) async throws -> ConfigSaveResult
}

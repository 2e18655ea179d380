import PIMClient
import PIMCore
import PIMRPC

/// The configuration of a running daemon, by its control socket.
struct RunningConfiguration: ConfigurationAccess {
    let client: ControlClient
    let isRunning = true

    func read(includingSecrets: Bool) async throws -> ConfigGetResult {
        try await client.call(RPC.configGet, ConfigGetParameters(includeSecrets: includingSecrets))
    }

    func set(_ changes: [ConfigSetParameters.Change], dryRun: Bool) async throws -> ConfigSaveResult {
        try await client.call(
            RPC.configSet, ConfigSetParameters(changes: changes, dryRun: dryRun), timeout: .seconds(30))
    }

    func save(_ text: String, insteadOf old: ConfigGetResult, dryRun: Bool) async throws -> ConfigSaveResult {
        let current = try await read(includingSecrets: old.masked?.isEmpty != false)
        guard current.config == old.config else {
            throw CommandFailure("\(old.sourcePath) was changed by somebody else in the meantime; nothing was saved")
        }
        return try await client.call(
            RPC.configSave, ConfigSaveParameters(config: text, dryRun: dryRun), timeout: .seconds(30))
    }
}

import Foundation
import PIMCore
import PIMDaemon
import PIMRPC

/// A configuration file, changed with the daemon's own editor and checks. It counts from the next start.
struct StoredConfiguration: ConfigurationAccess {
    let path: String
    let isRunning = false

    func read(includingSecrets: Bool) throws -> ConfigGetResult {
        let text = try ConfigurationEditing.text(of: path)
        let shown = includingSecrets ? (text: text, keys: []) : ConfigurationEditing.masked(text)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let modified = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return ConfigGetResult(
            format: "toml", config: shown.text, sourcePath: path,
            lastModified: RPCTimestamp.seconds(unix: Int64(modified)), masked: shown.keys)
    }

    func set(_ changes: [ConfigSetParameters.Change], dryRun: Bool) throws -> ConfigSaveResult {
        let old = try ConfigurationEditing.text(of: path)
        var new = old
        for change in changes {
            new = try ConfigurationEditing.set(
                key: try ConfigurationEditing.parts(of: change.key), to: change.value, in: new)
        }
        return try save(new, insteadOf: old, keys: changes.map(\.key), dryRun: dryRun)
    }

    func save(_ text: String, insteadOf old: ConfigGetResult, dryRun: Bool) throws -> ConfigSaveResult {
        try save(text, insteadOf: old.config, keys: [], dryRun: dryRun)
    }

    /// A mask that comes back stands for the secret it hides, as it does at the daemon.
    private func save(
        _ text: String, insteadOf old: String, keys: [String], dryRun: Bool
    ) throws -> ConfigSaveResult {
        let new = try ConfigurationEditing.unmasked(text, from: old, path: path)
        let checked = try ConfigurationLoader.load(text: new, path: path)
        if !dryRun, new != old { try ConfigurationEditing.replace(old, by: new, at: path) }
        return ConfigSaveResult(
            saved: !dryRun, requiresRestart: new == old ? [] : keys, writtenTo: path, applied: [],
            warnings: checked.warnings.map(\.forClients))
    }
}

internal import Foundation
internal import PIMCore
internal import PIMHost

/// The configuration file as something that is written to, by one writer at a time: two that read before either wrote would
/// lose one's edits (`spec/rpc.md` §10.10).
actor ConfigurationFile {
    /// As given at the start.
    nonisolated let path: String

    init(path: String) {
        self.path = path
    }

    /// Sets values and leaves the rest as people wrote it. A result that the daemon would not start with is not written,
    /// and one that changes nothing neither.
    ///
    /// - Throws: Category `config` or `io`.
    func set(_ values: [(key: [String], value: TOMLLiteral)]) throws(PIMError) {
        // A link stays one: what it leads to is replaced.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let before: LoadedConfiguration
        do throws(ConfigurationFailure) {
            before = try ConfigurationLoader.load(path: target)
        } catch {
            throw PIMError(.config, "\(path) cannot be edited", cause: error)
        }
        var text = before.text
        for (key, value) in values { text = try TOMLEditor.set(key: key, value: value, in: text) }
        guard text != before.text else { return }
        do throws(ConfigurationFailure) {
            _ = try ConfigurationLoader.load(text: text, path: path)
        } catch {
            throw PIMError(.config, "\(path) would have errors then", cause: error)
        }
        let mode = (try? FileManager.default.attributesOfItem(atPath: target))?[.posixPermissions] as? NSNumber
        do throws(FileError) {
            try SecureFile(target, permissions: mode.map { UInt32(truncating: $0) } ?? 0o600).write(text.utf8)
        } catch {
            throw error.asPIMError
        }
    }
}

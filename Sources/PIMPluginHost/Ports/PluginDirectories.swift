public import Foundation
internal import PIMCore

/// Where a plugin keeps its files.
public struct PluginDirectories: Sendable, Hashable {
    /// The plugin's own, existing, mode 0700.
    public var own: URL
    /// The daemon's data directory.
    public var daemon: URL

    public init(own: URL, daemon: URL) {
        self.own = own
        self.daemon = daemon
    }

    /// Makes `<data directory>/plugins/<name>` if need be; both levels get mode 0700.
    ///
    /// - Parameter plugin: a plugin's name, which the host has checked: it cannot lead out of the directory.
    /// - Throws: `PIMError` of category `io`.
    public static func prepare(for plugin: String, in dataDirectory: URL) throws -> PluginDirectories {
        let all = dataDirectory.appendingPathComponent("plugins", isDirectory: true)
        let own = all.appendingPathComponent(plugin, isDirectory: true)
        do {
            for directory in [all, own] {
                try FileManager.default.createDirectory(
                    at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
            }
        } catch {
            throw PIMError(.io, "cannot make the directory \(own.path)", cause: error)
        }
        return PluginDirectories(own: own, daemon: dataDirectory)
    }
}

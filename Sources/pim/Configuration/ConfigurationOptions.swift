import ArgumentParser
import Foundation
import PIMClient
import PIMHost
import PIMRPC

/// Which configuration a command works on: the running daemon's, or that of a file.
struct ConfigurationOptions: ParsableArguments {
    @OptionGroup var client: ClientOptions

    @Option(
        name: .shortAndLong, help: "Work on this file, whether a daemon runs or not.",
        completion: .file(extensions: ["toml"]))
    var config: String?

    /// Runs `body` on the file that was named; else on the running daemon; else, unless a particular daemon
    /// is meant, on the file the next daemon starts with.
    func withConfiguration<Result: Sendable>(
        _ body: (any ConfigurationAccess) async throws -> Result
    ) async throws -> Result {
        if let config { return try await body(StoredConfiguration(path: config)) }
        do {
            return try await client.withClient { try await body(RunningConfiguration(client: $0)) }
        } catch let error as ControlClientError where error.code == .notRunning {
            let path = ClientOptions.paths.configuration
            guard client.mayUseDefaults, FileManager.default.fileExists(atPath: path) else { throw error }
            return try await body(StoredConfiguration(path: path))
        }
    }

    /// The file itself, for what only files can tell: the one that was named, the running daemon's, or the usual one.
    ///
    /// - Throws: When the file of a particular daemon is meant and that does not tell.
    func path() async throws -> String {
        if let config { return config }
        do {
            return try await client.withClient(timeout: .seconds(2)) {
                try await $0.call(RPC.configGet, ConfigGetParameters()).sourcePath
            }
        } catch  where client.mayUseDefaults {
            return ClientOptions.paths.configuration
        }
    }
}

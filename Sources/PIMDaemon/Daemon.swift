public import Logging
internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
public import PIMPlugin
internal import PIMPluginHost
internal import PIMRPC
internal import PIMTransport
internal import ServiceLifecycle

/// A PIM node, ready to run: the daemon as a library.
///
/// ```swift
/// let daemon = try Daemon(configurationPath: "pim.toml", plugins: [MyPlugin()])
/// try await daemon.run()        // returns after an orderly shutdown
/// ```
///
/// Several can run in one process if their data directories, ports and sockets differ. ``run(signals:)`` holds the start
/// order, top to bottom; shut-down runs it backwards.
public struct Daemon: Sendable {
    let loaded: LoadedConfiguration
    let paths: RuntimePaths
    let plugins: [any DaemonPlugin]
    let logs: LogStream
    let logger: Logger

    /// Which signals a daemon reacts to.
    public enum Signals: Sendable {
        /// None: the embedding app cancels the task that runs the daemon.
        case none
        /// SIGINT and SIGTERM shut down, SIGHUP re-reads the configuration.
        case process
    }

    /// Runs until it is shut down: by a signal, or by cancelling the task.
    ///
    /// - Throws: `PIMError` when something cannot be started, after undoing what was; nothing keeps running then.
    public func run(signals: Signals = .none) async throws {
        let resources = try DaemonResources(configuration: configuration, paths: paths, logger: logger)
        do {
            try await run(with: resources, signals: signals)
        } catch {
            await resources.release()
            throw error
        }
        await resources.release()
    }
}

internal import Foundation
internal import Logging
internal import PIMCore
internal import PIMHost
public import PIMPlugin

/// A PIM node, ready to run: the daemon as a library.
///
/// ```swift
/// let daemon = try Daemon(configurationPath: "pim.toml", plugins: [MyPlugin()])
/// try await daemon.run()        // returns after an orderly shutdown
/// ```
///
/// Several can run in one process if their data directories, ports and control sockets differ. The start order stands in
/// ``run(signals:)``, top to bottom; shut-down runs it backwards.
public struct Daemon: Sendable {
    let loaded: LoadedConfiguration
    let paths: RuntimePaths
    /// Where to claim the PID file; `nil` for an embedded daemon, which has none.
    let pidPath: String?
    let plugins: [any DaemonPlugin]
    /// The one of `plugins` every daemon has.
    let diagnostics = DiagnosticsPlugin()
    let logs: LogStream
    /// Who started this process and wants to hear how it is; never for an embedded daemon.
    let supervisor: NotifySocket?
    let name: String

    /// Which signals a daemon reacts to.
    public enum Signals: Sendable {
        /// None: the embedding app cancels the task that runs the daemon.
        case none
        /// SIGINT and SIGTERM shut down, SIGHUP re-reads the configuration.
        case process
    }

    /// Reads the configuration; starts nothing.
    ///
    /// - Parameters:
    ///   - configurationPath: The configuration file; `nil` for the platform's (`spec/config.md` §1.1).
    ///   - environment: Says where files are: `PIM_DATA_DIR`, `PIM_RPC_SOCKET`, … (`spec/config.md` §1.4). `nil` takes that
    ///     of the process.
    ///   - plugins: In registration order.
    /// - Throws: A description of everything that is wrong with the file.
    public init(
        configurationPath: String? = nil, environment: [String: String]? = nil, plugins: [any DaemonPlugin] = []
    ) throws {
        try self.init(
            name: "pim-daemon", configurationPath: configurationPath, pidPath: nil, environment: environment,
            plugins: plugins)
    }

    init(
        name: String, configurationPath: String?, pidPath: String?, environment: [String: String]?,
        plugins: [any DaemonPlugin], supervisor: NotifySocket? = nil
    ) throws {
        let environment = environment ?? ProcessInfo.processInfo.environment
        self.name = name
        self.pidPath = pidPath
        // Last, so that no kind is taken from a plugin of the app.
        self.plugins = plugins + [diagnostics]
        self.supervisor = supervisor
        paths = RuntimePaths(environment: environment)
        loaded = try ConfigurationLoader.load(
            path: configurationPath ?? paths.configuration, environment: environment)
        logs = LogStream(loaded.configuration.log, environment: environment)
    }

    var configuration: PIMConfiguration { loaded.configuration }

    func logger(_ topic: String) -> Logger { logs.logger(label: "pim_daemon::\(topic)") }
}

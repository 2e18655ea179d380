internal import ArgumentParser
internal import Foundation
internal import PIMCore
internal import PIMHost
public import PIMPlugin
internal import PIMPluginHost

extension Daemon {
    /// The whole of a daemon executable: reads the command line and the environment, runs until SIGINT or SIGTERM, exits.
    ///
    /// ```swift
    /// await Daemon.main(name: "my-daemon") { [MyPlugin()] }
    /// ```
    ///
    /// The executable takes `[CONFIG [PID-FILE]]`, `--check-config`, `--version` and `--help`. Exit codes: 0 after an orderly
    /// shutdown or a clean check, 1 when it could not start or the check found errors, 2 for a wrong command line.
    ///
    /// - Parameter plugins: Makes the plugins to host, in registration order. Called once.
    public static func main(name: String, plugins: () -> [any DaemonPlugin]) async -> Never {
        SignalMask.unblockTermination()
        let supervisor = NotifySocket.take()
        let command: DaemonCommand
        do {
            command = try DaemonCommand.parse(Array(CommandLine.arguments.dropFirst()))
        } catch {
            let isHelp = DaemonCommand.exitCode(for: error) == .success
            let text = DaemonCommand.fullMessage(for: error).replacingOccurrences(of: "daemon_command", with: name)
            exit(text, failing: isHelp ? 0 : 2)
        }
        if command.version { exit("\(name) \(PIMVersion.current)", failing: 0) }
        do {
            let environment = ProcessInfo.processInfo.environment
            let daemon = try Daemon(
                name: name, configurationPath: command.configuration,
                pidPath: command.pidFile ?? RuntimePaths(environment: environment).pidFile, environment: environment,
                plugins: plugins(), supervisor: supervisor)
            if command.checkConfig { daemon.reportCheckAndExit() }
            try await daemon.run(signals: .process)
            Foundation.exit(0)
        } catch {
            exit("\(name): \(error)", failing: 1)
        }
    }

    /// Prints what is wrong with the configuration, sections of plugins included. Errors of the file itself were thrown
    /// when it was read.
    private func reportCheckAndExit() -> Never {
        let problems = pluginProblems(loaded)
        let lines = (loaded.warnings + problems).map(\.description)
        for line in lines { FileHandle.standardError.write(Data((line + "\n").utf8)) }
        guard !problems.contains(where: { $0.severity == .error }) else { Foundation.exit(1) }
        Self.exit("\(loaded.sourcePath): no errors", failing: 0)
    }

    /// What plugins say about their sections of a configuration.
    @Sendable func pluginProblems(_ loaded: LoadedConfiguration) -> [ConfigurationProblem] {
        PluginHosting.problems(of: self, with: loaded.configuration).map { problem in
            ConfigurationProblem(
                problem.severity == .error ? .error : .warning, file: loaded.sourcePath,
                position: loaded.position(ofPlugin: problem.plugin), message: problem.description)
        }
    }

    private static func exit(_ text: String, failing code: Int32) -> Never {
        let handle = code == 0 ? FileHandle.standardOutput : FileHandle.standardError
        handle.write(Data((text + "\n").utf8))
        Foundation.exit(code)
    }
}

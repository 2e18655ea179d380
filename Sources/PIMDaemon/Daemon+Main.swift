internal import ArgumentParser
internal import Foundation
internal import PIMCore
internal import PIMHost
public import PIMPlugin

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
    /// - Parameter plugins: makes the plugins to host, in registration order. Called once.
    public static func main(name: String, plugins: () -> [any DaemonPlugin]) async -> Never {
        let command: DaemonCommand
        do {
            command = try DaemonCommand.parse(Array(CommandLine.arguments.dropFirst()))
        } catch {
            let isHelp = DaemonCommand.exitCode(for: error) == .success
            let text = DaemonCommand.fullMessage(for: error).replacingOccurrences(of: "daemon-command", with: name)
            StandardStreams.write(text + "\n", to: isHelp ? .output : .error)
            exit(isHelp ? 0 : 2)
        }
        if command.version {
            StandardStreams.write("\(name) \(PIMVersion.current)\n", to: .output)
            exit(0)
        }
        let environment = ProcessInfo.processInfo.environment
        do {
            let daemon = try Daemon(
                configurationPath: command.configuration, pidPath: command.pidFile, environment: environment,
                plugins: plugins())
            if command.checkConfig {
                exit(daemon.reportCheck() ? 0 : 1)
            }
            try await daemon.run(signals: .process)
            exit(0)
        } catch {
            StandardStreams.write("\(name): \(error)\n", to: .error)
            exit(1)
        }
    }
}

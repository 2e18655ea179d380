import ArgumentParser
import Foundation
import PIMClient
import PIMCore
import PIMHost
import PIMRPC

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Start the daemon, in the foreground or in the background.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    @Option(name: .shortAndLong, help: "The configuration file.", completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(help: "Where the daemon writes its process id.", completion: .file())
    var pidFile: String?

    @Flag(
        name: [.short, .long, .customLong("daemon")],
        help: "Run in the background; returns when the daemon answers.")
    var detach = false

    @Option(help: "Where a daemon in the background logs to.", completion: .file())
    var logFile: String?

    @Option(help: "How many seconds a daemon in the background may take until it answers.")
    var timeout: Double = 30

    func validate() throws {
        guard timeout > 0, timeout <= 3600 else { throw ValidationError("--timeout must be above 0 and at most 3600.") }
        if format.json, !detach { throw ValidationError("--json goes with --detach.") }
    }

    func run() async throws {
        let paths = ClientOptions.paths
        let configuration = config ?? paths.configuration
        guard FileManager.default.fileExists(atPath: configuration) else {
            throw CommandFailure(
                "there is no configuration file \(configuration)\n"
                    + "“pim config generate client -o FILE” writes one, “pim up -c FILE” takes it.")
        }
        let daemon = try DaemonExecutable.find()
        var environment = ProcessInfo.processInfo.environment
        if let socket = client.socket { environment["PIM_RPC_SOCKET"] = socket }
        let arguments = [FilePath.absolute(configuration), FilePath.absolute(pidFile ?? paths.pidFile)]
        // In the foreground the daemon says by itself that another one is there.
        guard detach else { return try daemon.replaceThisProcess(arguments: arguments, environment: environment) }
        try await refuseSecondDaemon()
        // The first daemon of an ordinary user: the data directory, where its log goes, may not be there yet.
        if logFile == nil {
            try SecureFile.createDirectory(URL(fileURLWithPath: paths.log).deletingLastPathComponent().path)
        }
        let launch = DaemonLaunch(
            executable: daemon, arguments: arguments, environment: environment, logFile: logFile ?? paths.log,
            socket: client.socketPath)
        let pid = try await Progress.during("waiting for the daemon to answer") {
            try await launch.start(within: .seconds(timeout))
        }
        if format.json {
            return try Output.json(
                JSONValue.object([
                    "pid": .integer(Int64(pid)), "log": .string(launch.logFile), "socket": .string(launch.socket),
                ]))
        }
        Output.line("Started pim daemon (pid \(pid)), log in \(launch.logFile)")
    }

    private func refuseSecondDaemon() async throws {
        do {
            let running = try await ControlClient.connect(
                to: client.socketPath, as: Pim.clientName, timeout: .seconds(3))
            let process = running.daemon.pid.map { " (pid \($0))" } ?? ""
            await running.close()
            throw CommandFailure("a daemon\(process) already runs and listens on \(client.socketPath)")
        } catch let error as ControlClientError where error.code == .notRunning {
            return
        } catch is ControlClientError {
            // Something is there that does not answer; the daemon will say what is wrong with it.
            return
        }
    }
}

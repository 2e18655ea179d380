import ArgumentParser
import PIMClient
import PIMCore
import PIMHost
import PIMRPC

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show whether the daemon runs and how its node is doing.",
        discussion: """
            A daemon that does not answer on its socket is looked for by its PID file: the one that is given, or else, \
            unless another socket than the usual one is named, the usual one. Exits with 0 when it is stopped, too, \
            unless --check is given: then with 3, and with 1 when it runs and does not answer.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Option(help: "The PID file of the daemon.", completion: .file())
    var pidFile: String?
    @Flag(name: .shortAndLong, help: "Also show every counter.")
    var verbose = false
    @Flag(help: "Exit with a code that tells whether the daemon runs.")
    var check = false

    func run() async throws {
        do {
            let status = try await client.withClient { try await $0.call(RPC.status) }
            if format.json { return try Output.json(status) }
            let report = StatusReport(status)
            Output.lines(report.lines(format.style) + (verbose ? [""] + report.counterLines : []))
        } catch let error as ControlClientError {
            let state = state
            // Behind a socket that this user may not use, or that gives no answer, is a daemon: it is not stopped.
            if error.code != .notRunning, !state.isRunning { throw error }
            try tell(state, after: error)
        }
    }

    /// The usual PID file is that of the usual daemon only.
    private var state: ProcessState {
        if let pidFile { return .find(by: pidFile) }
        return client.mayUseDefaults
            ? .find(by: ClientOptions.paths.pidFile) : .silent(socket: client.socketPath)
    }

    /// What the PID file knows, when the socket gives no answer.
    private func tell(_ state: ProcessState, after error: ControlClientError) throws {
        if format.json { try Output.json(state.json) } else { Output.lines(state.lines(format.style)) }
        switch state {
        case .stopped, .stale, .silent:
            if !format.json, let hint = Complaint(error).hint { Output.complain(hint, prefixed: false) }
            if check { throw CommandFailure.silent(.notRunning) }
        case .running:
            if verbose, !format.json, client.mayUseDefaults {
                Output.lines([""] + StatisticsFile.lines(at: ClientOptions.paths.statistics))
            }
            // It runs, so that it does not answer is a fault.
            for line in Complaint(error).lines() { Output.complain(line, prefixed: false) }
            if check { throw CommandFailure.silent() }
        }
    }
}

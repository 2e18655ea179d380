import ArgumentParser
import PIMClient
import PIMCore
import PIMHost
import PIMRPC

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stop the daemon in order.",
        discussion: "With --pid-file the daemon that holds that file is stopped, otherwise the one on the socket.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    @Option(help: "The PID file of the daemon to stop.", completion: .file())
    var pidFile: String?

    @Flag(help: "Return when the daemon has ended.")
    var wait = false

    @Option(help: "How many seconds to wait for that, implies --wait.")
    var timeout: Double?

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout <= 3600) {
            throw ValidationError("--timeout must be above 0 and at most 3600.")
        }
    }

    func run() async throws {
        let pid = try await stop()
        guard wait || timeout != nil else { return try tell(pid, isStopped: false) }
        let deadline = ContinuousClock.now + .seconds(timeout ?? 15)
        try await Progress.during("waiting for the daemon (pid \(pid)) to end") {
            while ProcessProbe.isAlive(pid) {
                guard ContinuousClock.now < deadline else {
                    throw CommandFailure(
                        "the daemon (pid \(pid)) is still running; “kill -9 \(pid)” would end it at once")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        try tell(pid, isStopped: true)
    }

    private func tell(_ pid: Int32, isStopped: Bool) throws {
        if format.json {
            return try Output.json(JSONValue.object(["pid": .integer(Int64(pid)), "stopped": .bool(isStopped)]))
        }
        Output.line(isStopped ? "Stopped pim daemon (pid \(pid))" : "Sent SIGTERM to pim daemon (pid \(pid))")
    }

    /// Asks the daemon to end, in the way its name was given.
    private func stop() async throws -> Int32 {
        if pidFile == nil {
            do {
                return try await client.withClient { try await $0.call(RPC.shutdown).pid }
            } catch let error as ControlClientError where client.mayUseDefaults {
                // A daemon without a socket that works can still be stopped, unless another one could be meant.
                guard let pid = try PIDFile.holder(of: ClientOptions.paths.pidFile) else { throw error }
                try ProcessProbe.send(.terminate, to: pid)
                return pid
            }
        }
        let path = pidFile ?? ClientOptions.paths.pidFile
        guard let pid = try PIDFile.holder(of: path) else {
            throw CommandFailure("no daemon holds the PID file \(path)", status: .notRunning)
        }
        try ProcessProbe.send(.terminate, to: pid)
        return pid
    }
}

import Foundation
import PIMClient

/// Starts a daemon in the background and waits until it answers or has died.
struct DaemonLaunch {
    var executable: DaemonExecutable
    var arguments: [String]
    var environment: [String: String]
    var logFile: String
    var socket: String

    /// - Returns: The daemon's process.
    /// - Throws: ``CommandFailure`` with the end of the daemon's log when it died, or when it does not answer in time; it is
    ///   left running then.
    func start(within limit: Duration) async throws -> Int32 {
        let log = LogTail(path: logFile)
        let process = try DetachedProcess.spawn(
            executable, arguments: arguments, environment: environment, logFile: logFile)
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let ending = process.ending() {
                throw CommandFailure("the daemon ended at once with \(ending)\(log.sinceStart())")
            }
            if let client = try? await ControlClient.connect(to: socket, as: Pim.clientName, timeout: .seconds(1)) {
                let answering = client.daemon.pid
                await client.close()
                // Another daemon may have taken the socket in the meantime; ours is about to end then.
                if answering == nil || answering == process.pid { return process.pid }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CommandFailure(
            "the daemon (pid \(process.pid)) runs but does not answer on \(socket) within \(limit)\(log.sinceStart())")
    }
}

/// What was added to a log file since a moment.
struct LogTail {
    private let path: String
    private let start: UInt64

    init(path: String) {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        start = (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    }

    /// The last lines, each on a line of its own behind a colon; empty when there are none.
    func sinceStart(lines count: Int = 20) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        let from = max(start, size > 16_384 ? size - 16_384 : 0)
        guard size > from, (try? file.seek(toOffset: from)) != nil, let data = try? file.readToEnd() else { return "" }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(count)
        return lines.isEmpty ? "" : ":\n" + lines.map { "  \(Printable.line(String($0)))" }.joined(separator: "\n")
    }
}

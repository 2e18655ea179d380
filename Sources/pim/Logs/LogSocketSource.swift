import PIMClient
import PIMCore
import PIMRPC

/// Asks a running daemon for the lines it keeps and, when following, for those to come.
struct LogSocketSource {
    var path: String
    var follows: Bool
    /// Whether a daemon that does not run is waited for.
    var waits: Bool

    func read(into printer: inout LogPrinter) async throws {
        let client = try await connect()
        var expected = try await client.call(RPC.logsSubscribe, LogFilter()).history ?? 0
        if expected == 0 { printer.beginLive() }
        var isLive = expected == 0
        if isLive, !follows { return await client.close() }
        for await event in client.events where event.belongs(to: .logs) {
            guard let entry: LogEntry = try? event.decode() else { continue }
            if case .integer(let count)? = entry.fields?[LaggedNotice.kind] { expected -= Int(clamping: count) - 1 }
            printer.take(Self.line(entry)[...])
            expected -= 1
            if !isLive, expected <= 0 {
                isLive = true
                printer.beginLive()
                if !follows { break }
            }
            if printer.isFinished { break }
        }
        await client.close()
        if follows, !printer.isFinished { throw ControlClientError(.closed, path: path, "the daemon closed the connection") }
    }

    private func connect() async throws -> ControlClient {
        var isAnnounced = false
        while true {
            do {
                return try await ControlClient.connect(to: path, as: Pim.clientName)
            } catch let error as ControlClientError where error.code == .notRunning && waits {
                if !isAnnounced { Output.complain("waiting for a daemon on \(path)") }
                isAnnounced = true
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    /// The line as the daemon's own log has it, but for the digits of its time stamp.
    private static func line(_ entry: LogEntry) -> String {
        let level = entry.level.rawValue.uppercased()
        var text = entry.timestamp + String(repeating: " ", count: max(1, 6 - level.count))
        text += "\(level) \(entry.source): \(Printable.line(entry.message))"
        for (name, value) in (entry.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
            text += " \(name)=\(Printable.line(Self.text(of: value)))"
        }
        return text
    }

    private static func text(of value: JSONValue) -> String {
        if case .string(let text) = value { return text.contains(" ") || text.isEmpty ? "\"\(text)\"" : text }
        return (try? RPCCoding.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

import PIMClient
import PIMCore
import PIMRPC

/// Asks a running daemon for the lines it keeps and, when following, for those to come.
struct LogSocketSource {
    var path: String
    var follows: Bool
    /// Whether a daemon that does not run is waited for.
    var waits: Bool
    /// Whether a daemon that ends is waited for, and followed on.
    var reconnects: Bool

    func read(into printer: inout LogPrinter) async throws {
        var client = try await connect(waits: waits)
        var isKnown = false
        while true {
            try await read(from: client, skippingHistory: isKnown, into: &printer)
            await client.close()
            guard follows, !printer.isFinished else { return }
            guard reconnects else { throw ControlClientError(.closed, path: path, "the daemon closed the connection") }
            let previous = client.daemon.pid
            client = try await connect(waits: true)
            // The same daemon has only cut the connection; what it keeps is printed already.
            isKnown = previous != nil && client.daemon.pid == previous
        }
    }

    private func read(
        from client: ControlClient, skippingHistory: Bool, into printer: inout LogPrinter
    ) async throws {
        var expected = try await client.call(RPC.logsSubscribe, LogFilter()).history ?? 0
        var isLive = expected <= 0
        if isLive {
            printer.beginLive()
            if !follows { return }
        }
        for await event in client.events where event.belongs(to: .logs) {
            guard let entry: LogEntry = try? event.decode() else { continue }
            if case .integer(let count)? = entry.fields?[LaggedNotice.kind] { expected -= Int(clamping: count) - 1 }
            if isLive || !skippingHistory {
                let json = JSONText.of(event.parameters)
                printer.take(LogLine(entry: entry, text: Self.line(entry), json: json))
            }
            expected -= 1
            if !isLive, expected <= 0 {
                isLive = true
                printer.beginLive()
                if !follows { return }
            }
            if printer.isFinished { return }
        }
    }

    private func connect(waits: Bool) async throws -> ControlClient {
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
    static func line(_ entry: LogEntry) -> String {
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

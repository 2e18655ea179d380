internal import PIMCore
internal import PIMRPC

extension LogRecord {
    /// The line as a file gets it. Ends with a newline.
    func line(as format: PIMConfiguration.Log.Format) -> String {
        switch format {
        case .text: text
        case .json: json
        case .journald: "<\(level.priority)>\(content)\n"
        }
    }

    /// One object with `ts`, `level`, `source`, `message` and `fields`, in this order, as `logs.event` has them.
    private var json: String {
        let members: [(name: String, value: JSONValue)] = [
            ("ts", .string(RPCTimestamp.milliseconds(unix: unixMicroseconds / 1000))),
            ("level", .string(level.rawValue)), ("source", .string(source)), ("message", .string(message)),
            ("fields", .object(Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first })),
        ]
        let texts = members.map { member in
            // A value made of JSON values always encodes; numbers that are not finite never get into a record.
            let bytes = (try? RPCCoding.encode(member.value)) ?? Array("null".utf8)
            return "\"\(member.name)\":\(String(decoding: bytes, as: UTF8.self))"
        }
        return "{\(texts.joined(separator: ","))}\n"
    }

    /// What stands for lines that were lost before they were written.
    static func skipped(_ lines: UInt64, before next: LogRecord) -> LogRecord {
        LogRecord(
            sequence: next.sequence, unixMicroseconds: next.unixMicroseconds, level: .warn,
            source: "pim_daemon::log", message: "log lines were skipped: they came faster than they could be written",
            fields: [("lines", .integer(Int64(clamping: lines)))])
    }
}

extension LogLevel {
    /// The priority of syslog(3), as sd-daemon(3) has it.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .warn: 4
        case .error: 3
        }
    }
}

internal import PIMCore
internal import PIMRPC

extension LogRecord {
    /// The line for people and for `pim logs`: time stamp with microseconds, level in five columns, source, message and
    /// `key=value` fields, without colour (`spec/cli.md` §7.1). Ends with a newline.
    var text: String {
        let name = level.rawValue.uppercased()
        var line = RPCTimestamp.microseconds(unix: unixMicroseconds)
        line += String(repeating: " ", count: max(1, 6 - name.utf8.count))
        return "\(line)\(name) \(content)\n"
    }

    /// Source, message and fields.
    var content: String {
        var content = "\(source): \(Self.printable(message))"
        for (name, value) in fields { content += " \(name)=\(Self.text(of: value))" }
        return content
    }

    private static func text(of value: JSONValue) -> String {
        switch value {
        case .null: return "null"
        case .bool(let value): return String(value)
        case .integer(let value): return String(value)
        case .number(let value): return String(value)
        case .string(let value):
            let text = printable(value)
            return text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" })
                ? "\"\(text.map { $0 == "\"" ? "\\\"" : String($0) }.joined())\"" : text
        case .array(let values): return "[\(values.map(text).joined(separator: ", "))]"
        case .object(let members):
            let texts = members.sorted { $0.key < $1.key }.map { "\(printable($0.key)): \(text(of: $0.value))" }
            return "{\(texts.joined(separator: ", "))}"
        }
    }

    /// Without control characters: names and reasons come from strangers, and a line must stay one line and must not
    /// command the terminal it is printed on.
    private static func printable(_ text: String) -> String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || 0x7f..<0xa0 ~= scalar.value }
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.map {
            isControl($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0)
        }.joined()
    }
}

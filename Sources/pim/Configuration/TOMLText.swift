import PIMCore
import PIMDaemon

/// Values of a configuration as text.
enum TOMLText {
    /// A value as it is printed alone: strings without quotes, sections as one `key = value` a line.
    static func alone(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): Printable.block(text)
        case .object(let members): lines(members, "").joined(separator: "\n")
        case .array(let elements) where elements.contains { if case .object = $0 { true } else { false } }:
            elements.map(alone).joined(separator: "\n\n")
        default: literal(value)
        }
    }

    private static func lines(_ members: [String: JSONValue], _ prefix: String) -> [String] {
        members.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
            if case .object(let inner) = value { return lines(inner, "\(prefix)\(TOMLLiteral.key(key)).") }
            return ["\(prefix)\(TOMLLiteral.key(key)) = \(literal(value))"]
        }
    }

    /// The value as a file has it, in one line.
    static func literal(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .string(let text): TOMLLiteral.quoted(text)
        case .array(let elements): "[\(elements.map(literal).joined(separator: ", "))]"
        case .object(let members):
            "{ "
                + members.sorted { $0.key < $1.key }.map { "\(TOMLLiteral.key($0.key)) = \(literal($0.value))" }
                .joined(separator: ", ") + " }"
        }
    }
}

import PIMCore

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
            if case .object(let inner) = value { return lines(inner, "\(prefix)\(name(key)).") }
            return ["\(prefix)\(name(key)) = \(literal(value))"]
        }
    }

    /// The value as a file has it, in one line.
    static func literal(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .string(let text): quoted(text)
        case .array(let elements): "[\(elements.map(literal).joined(separator: ", "))]"
        case .object(let members):
            "{ "
                + members.sorted { $0.key < $1.key }.map { "\(name($0.key)) = \(literal($0.value))" }
                .joined(separator: ", ") + " }"
        }
    }

    private static func name(_ key: String) -> String {
        let isBare =
            !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        return isBare ? key : quoted(key)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

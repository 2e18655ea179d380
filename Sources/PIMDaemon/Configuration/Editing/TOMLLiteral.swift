/// A value as it is written into a file.
public enum TOMLLiteral: Sendable, Hashable {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case strings([String])

    /// The TOML text of the value.
    var text: String {
        switch self {
        case .string(let text): Self.quoted(text)
        case .integer(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .strings(let texts): "[\(texts.map(Self.quoted).joined(separator: ", "))]"
        }
    }

    /// A key as a file has it: in quotes only where it needs them.
    public static func key(_ name: String) -> String {
        let isBare = !name.isEmpty && name.utf8.allSatisfy { $0.isBareKeyByte }
        return isBare ? name : quoted(name)
    }

    /// A TOML string with exactly this content.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// The text format of Prometheus, version 0.0.4.
enum MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families without a sample are left out.
    static func render(_ families: some Sequence<MetricFamily>) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(escapedHelp(family.help))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                text += "\(family.name)\(sample.suffix)\(labels(sample.labels)) \(number(sample.value))\n"
            }
        }
        return text
    }

    /// A name as the format allows it: whatever else there is becomes `_`.
    static func name(_ text: String, isLabel: Bool = false) -> String {
        var name = String(
            decoding: text.utf8.map { byte in
                let isAllowed = isWordByte(byte) || (byte == UInt8(ascii: ":") && !isLabel)
                return isAllowed ? byte : UInt8(ascii: "_")
            }, as: UTF8.self)
        if name.utf8.first.map({ (0x30...0x39).contains($0) }) != false { name = "_" + name }
        return name
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func labels(_ labels: [MetricFamily.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{\(labels.map { "\($0.name)=\"\(escapedLabel($0.value))\"" }.joined(separator: ","))}"
    }

    private static func escapedHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// Scalar by scalar: `\r\n` is one character, and its end of line must not stay.
    private static func escapedLabel(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": escaped.append(contentsOf: ["\\", scalar])
            case "\n": escaped.append(contentsOf: ["\\", "n"])
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    private static func number(_ value: MetricFamily.Value) -> String {
        switch value {
        case .integer(let value): "\(value)"
        case .number(let value) where value.isNaN: "NaN"
        case .number(let value) where value.isInfinite: value > 0 ? "+Inf" : "-Inf"
        case .number(let value): "\(value)"
        }
    }
}

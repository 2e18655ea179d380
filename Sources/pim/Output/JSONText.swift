import PIMRPC

/// JSON as it is printed: whole, and unable to command the terminal it is printed on.
enum JSONText {
    static func of(_ value: some Encodable) throws -> String {
        harmless(try RPCCoding.encodeForPeople(value))
    }

    /// As the daemon sent it.
    static func of(_ bytes: [UInt8]) -> String {
        harmless(String(decoding: bytes, as: UTF8.self))
    }

    /// JSON escapes the controls below U+0020 itself. Those from U+007F to U+009F it may contain, and some terminals obey
    /// them: they are written as `\u00XX`, which means the same to whoever reads the JSON.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result += "\\u00\(String(scalar.value, radix: 16))"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { 0x7f..<0xa0 ~= scalar.value }
}

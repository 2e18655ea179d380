/// The form of values that are written without quotes or brackets (TOML 1.0: boolean, integer, float, date and time).
struct TOMLPlainValue {
    private var rest: ArraySlice<UInt8>

    /// Whether the text is one such value and nothing else. Ranges are not checked.
    static func isValid(_ text: ArraySlice<UInt8>) -> Bool {
        // Longer than any value that fits a number: nothing the parser should be given.
        guard (1...128).contains(text.count) else { return false }
        if text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8) { return true }
        return forms.contains { form in
            var value = TOMLPlainValue(rest: text)
            return form(&value) && value.rest.isEmpty
        }
    }

    /// What a valid text says; `nil` for a number that fits no type, and for a date there is not.
    static func value(of text: String) -> TOMLNode.Value? {
        if text == "true" || text == "false" { return .boolean(text == "true") }
        let isDate = text.utf8.prefix(4).allSatisfy(\.isDigit) && text.utf8.dropFirst(4).first == UInt8(ascii: "-")
        if isDate || text.utf8.contains(UInt8(ascii: ":")) { return TOMLDate.exists(text) ? .date(text) : nil }
        let digits = text.replacing("_", with: "")
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return Int64(digits.dropFirst(2), radix: radix).map { .integer($0) }
        }
        if let integer = Int64(digits) { return .integer(integer) }
        // What is no integer has a fraction or an exponent, or is too large to be one.
        guard digits.utf8.contains(where: { ".eEn".utf8.contains($0) }) else { return nil }
        return Double(digits).map { .float($0) }
    }

    private static let forms: [@Sendable (inout TOMLPlainValue) -> Bool] = [
        { value in value.takePrefix("0x") && value.takeDigits(\.isHexDigit) },
        { value in value.takePrefix("0o") && value.takeDigits { (0x30...0x37).contains($0) } },
        { value in value.takePrefix("0b") && value.takeDigits { $0 == 0x30 || $0 == 0x31 } },
        { value in value.takeNumber() },
        { value in value.takeDate() },
        { value in value.takeTime() },
    ]

    /// An integer in tens, or a float.
    private mutating func takeNumber() -> Bool {
        if !take("+") { _ = take("-") }
        if takePrefix("inf") || takePrefix("nan") { return true }
        guard take("0") || takeDigits(\.isDigit) else { return false }
        if take("."), !takeDigits(\.isDigit) { return false }
        guard take("e") || take("E") else { return true }
        if !take("+") { _ = take("-") }
        return takeDigits(\.isDigit)
    }

    /// A date, with or without time and offset.
    private mutating func takeDate() -> Bool {
        guard take(digits: 4), take("-"), take(digits: 2), take("-"), take(digits: 2) else { return false }
        guard take("T") || take("t") || take(" ") else { return true }
        guard takeTime() else { return false }
        if take("Z") || take("z") { return true }
        guard take("+") || take("-") else { return true }
        return take(digits: 2) && take(":") && take(digits: 2)
    }

    private mutating func takeTime() -> Bool {
        guard take(digits: 2), take(":"), take(digits: 2), take(":"), take(digits: 2) else { return false }
        return !take(".") || takeDigits(\.isDigit)
    }

    // MARK: - Parts

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func takePrefix(_ prefix: String) -> Bool {
        guard rest.starts(with: prefix.utf8) else { return false }
        rest = rest.dropFirst(prefix.utf8.count)
        return true
    }

    private mutating func take(digits count: Int) -> Bool {
        guard rest.prefix(count).count == count, rest.prefix(count).allSatisfy(\.isDigit) else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    /// One digit or more, with single underscores between them.
    private mutating func takeDigits(_ isDigit: (UInt8) -> Bool) -> Bool {
        var found = false
        while let first = rest.first {
            if isDigit(first) {
                rest = rest.dropFirst()
                found = true
            } else if found, first == UInt8(ascii: "_"), let next = rest.dropFirst().first, isDigit(next) {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        return found
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isHexDigit: Bool { isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self) }
}

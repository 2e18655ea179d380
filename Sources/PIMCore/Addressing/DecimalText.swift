/// Decimal numbers in addresses and prefixes: digits only, no leading zero, bounded.
enum DecimalText {
    static func value(of digits: some Collection<UInt8>, atMost limit: Int) -> Int? {
        guard let first = digits.first, digits.count <= 5 else { return nil }
        if first == UInt8(ascii: "0"), digits.count > 1 { return nil }
        var value = 0
        for digit in digits {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = digit else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }
}

/// The two halves of `address/length`, the length checked.
struct PrefixText {
    let address: Substring
    let length: Int

    init(_ text: String, limit: Int) throws(PIMError) {
        guard let slash = text.firstIndex(of: "/") else {
            throw PIMError(.config, "prefix “\(text)” has no slash: expected address/length")
        }
        let number = text[text.index(after: slash)...]
        guard let length = DecimalText.value(of: number.utf8, atMost: 255) else {
            throw PIMError(.config, "“\(number)” in prefix “\(text)” is not a length")
        }
        guard length <= limit else {
            throw PIMError(.config, "prefix “\(text)” is longer than \(limit) bits")
        }
        address = text[..<slash]
        self.length = length
    }
}

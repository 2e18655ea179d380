/// A value of a TOML document, with its place in the text.
struct TOMLNode {
    enum Value {
        case string(String)
        case integer(Int64)
        case float(Double)
        case boolean(Bool)
        /// A date, a time or both, as written.
        case date(String)
        case array([TOMLNode])
        case table([String: TOMLNode])
    }

    let value: Value
    /// Where the key begins.
    let keyPosition: TextPosition
    /// Where the value begins; of a table, its header.
    let position: TextPosition
}

extension TOMLNode {
    /// The kind of value in words, with an article, as error messages need it.
    var kind: String {
        switch value {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a number with a fraction"
        case .boolean: "a truth value"
        case .date: "a date or time"
        case .array: "a list"
        case .table: "a table"
        }
    }

    /// The value in words, short enough for an error message.
    var summary: String {
        switch value {
        case .string(let text): "the string \"\(text.count > 60 ? "\(text.prefix(60))…" : text)\""
        case .integer(let number): "the integer \(number)"
        case .float(let number): "the number \(number)"
        case .boolean(let flag): "\(flag)"
        case .date(let text): "the date \(text)"
        case .array, .table: kind
        }
    }
}

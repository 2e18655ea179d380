internal import PIMRPC

extension RPCSchema {
    /// For a cell of a table, Markdown.
    var text: String {
        switch self {
        case .anything: return "any JSON"
        case .null: return "`null`"
        case .boolean: return "boolean"
        case .integer(let minimum, let maximum):
            // Bounds that are the type's own say nothing to people.
            switch (minimum, maximum.flatMap { $0 < Int64(Int32.max) ? $0 : nil }) {
            case (let minimum?, let maximum?): return "integer, \(minimum)…\(maximum)"
            case (let minimum?, nil) where minimum > 0: return "integer, at least \(minimum)"
            default: return "integer"
            }
        case .number: return "number"
        case .text: return "text"
        case .pattern(_, let name): return "text, \(name)"
        case .words(let words): return words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let element): return "array of \(element.text)"
        case .map(let value): return "object of \(value.text)"
        case .object(let name): return "[\(name)](#\(Self.anchor(name)))"
        case .oneOf(let choices): return choices.map(\.text).joined(separator: " or ")
        case .nullable(let inner): return "\(inner.text) or `null`"
        }
    }

    /// What readers of Markdown make of a heading.
    static func anchor(_ heading: String) -> String {
        String(heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
    }
}

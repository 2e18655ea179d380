/// Text in the language of manual pages, man(7).
enum Roff {
    /// Text that means itself.
    static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "“": result += "\\(lq"
            case "”": result += "\\(rq"
            default: result.append(character)
            }
        }
        // At the beginning of a line these would be commands.
        return result.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : String($0) }.joined(separator: "\n")
    }

    static func bold(_ text: String) -> String { "\\fB\(escape(text))\\fR" }

    static func italic(_ text: String) -> String { "\\fI\(escape(text))\\fR" }

    /// An argument of a macro, in quotes.
    static func quoted(_ text: String) -> String { "\"\(escape(text).replacing("\"", with: "\\(dq"))\"" }

    /// Paragraphs, parted by empty lines in the text.
    static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.allSatisfy(\.isWhitespace) ? ".PP" : escape(String(line))
        }
    }
}

/// What a typed line asks for.
enum ChatCommandLine: Equatable {
    case nothing
    case say(String)
    case quit
    case help
    case unknown(String)

    /// Lines that begin with `/` are commands; `//` stands for a text that begins with `/`.
    init(_ line: String) {
        guard !line.allSatisfy(\.isWhitespace) else {
            self = .nothing
            return
        }
        guard line.hasPrefix("/") else {
            self = .say(line)
            return
        }
        switch line.split(separator: " ").first {
        case "/quit", "/exit", "/q": self = .quit
        case "/help": self = .help
        case .some(let word) where word.hasPrefix("//"): self = .say(String(line.dropFirst()))
        default: self = .unknown(line)
        }
    }

    static let helpText =
        "/quit leaves (Ctrl-D, too); a line that begins with // is sent with one /; ↑ recalls what you typed"
}

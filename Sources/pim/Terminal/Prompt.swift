#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Questions to whoever sits at the terminal.
enum Prompt {
    /// Whether somebody can answer.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Yes unless the answer begins with n; the end of the input is a no.
    static func confirm(_ question: String) -> Bool {
        Output.rawError("\(question) [Y/n] ")
        guard let answer = readLine() else { return false }
        return !answer.lowercased().hasPrefix("n")
    }
}

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Prints for people and for scripts.
enum Output {
    static func line(_ text: String = "") {
        print(text + "\n")
    }

    static func lines(_ lines: [String]) {
        for line in lines { Self.line(line) }
    }

    /// What `--json` prints: the result as the daemon gave it, indented.
    static func json(_ value: some Encodable) throws {
        line(try JSONText.of(value))
    }

    /// To standard error.
    static func complain(_ text: String, prefixed: Bool = true) {
        rawError((prefixed ? "pim: \(text)" : text) + "\n")
    }

    /// As ``line(_:)``, without adding a newline.
    static func raw(_ text: String) {
        print(text)
    }

    /// To standard error, without prefix and newline: prompts and progress.
    static func rawError(_ text: String) {
        // Where that cannot be written there is nobody to tell; the exit code says it all the same.
        _ = Descriptor.write(text, to: STDERR_FILENO)
    }

    /// Ends the process when it cannot: a result nobody gets is none.
    private static func print(_ text: String) {
        let failure = Descriptor.write(text, to: STDOUT_FILENO)
        guard failure != 0 else { return }
        // Whoever read the output has gone (`pim logs | head`): there is nothing left to do, and nothing is wrong.
        if failure == EPIPE { exit(ExitStatus.done.rawValue) }
        complain("cannot write: \(String(cString: strerror(failure)))")
        exit(ExitStatus.failed.rawValue)
    }
}

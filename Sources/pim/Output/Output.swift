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
        _ = write(text, to: STDERR_FILENO)
    }

    /// Ends the process when it cannot: a result nobody gets is none.
    private static func print(_ text: String) {
        let failure = write(text, to: STDOUT_FILENO)
        guard failure != 0 else { return }
        // Whoever read the output has gone (`pim logs | head`): there is nothing left to do, and nothing is wrong.
        if failure == EPIPE { exit(ExitStatus.done.rawValue) }
        complain("cannot write: \(String(cString: strerror(failure)))")
        exit(ExitStatus.failed.rawValue)
    }

    /// - Returns: 0, or the number of the error that ended it.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Darwin)
                    Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #elseif canImport(Musl)
                    Musl.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                    Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody shares the stream and has made it one that does not wait.
                var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&stream, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

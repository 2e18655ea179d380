import Foundation
import PIMRPC

/// Prints for people and for scripts.
enum Output {
    static func line(_ text: String = "") {
        write(text + "\n", to: .standardOutput)
    }

    static func lines(_ lines: [String]) {
        for line in lines { Self.line(line) }
    }

    /// What `--json` prints: the result as the daemon gave it, indented.
    static func json(_ value: some Encodable) throws {
        line(try RPCCoding.encodeForPeople(value))
    }

    /// To standard error.
    static func complain(_ text: String, prefixed: Bool = true) {
        write((prefixed ? "pim: \(text)" : text) + "\n", to: .standardError)
    }

    /// As ``line(_:)``, without adding a newline.
    static func raw(_ text: String) {
        write(text, to: .standardOutput)
    }

    /// To standard error, without prefix and newline: prompts and progress.
    static func rawError(_ text: String) {
        write(text, to: .standardError)
    }

    private static func write(_ text: String, to file: FileHandle) {
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            // Whoever read the output has gone (`pim logs | head`): there is nothing left to do.
            exit(file == .standardOutput ? ExitStatus.done.rawValue : ExitStatus.failed.rawValue)
        }
    }
}

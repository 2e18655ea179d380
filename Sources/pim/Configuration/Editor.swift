import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The editor the user has chosen, run in this terminal.
struct Editor {
    /// A command of the shell, possibly with arguments: `code --wait`.
    let command: String

    /// `VISUAL`, then `EDITOR`, then what there is, if somebody sits at a terminal to use it.
    static func chosen(
        environment: [String: String] = ProcessInfo.processInfo.environment, hasTerminal: Bool = Terminal.hasKeyboard
    ) throws -> Editor {
        for name in ["VISUAL", "EDITOR"] {
            if let command = environment[name], !command.isEmpty { return Editor(command: command) }
        }
        guard hasTerminal else {
            throw CommandFailure("an editor needs a terminal; without one, name a program in the variable EDITOR")
        }
        let directories = (environment["PATH"] ?? "").split(separator: ":")
        for name in ["sensible-editor", "editor", "nano", "vi"]
        where directories.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }) {
            return Editor(command: name)
        }
        throw CommandFailure("there is no editor; name one in the variable EDITOR")
    }

    /// Returns when the editor has ended.
    func edit(_ path: String) throws {
        // The shell splits the command and passes the path on as it is.
        let words = CStringArray(["/bin/sh", "-c", "exec \(command) \"$1\"", "pim", path])
        let variables = CStringArray(ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" })
        var pid: pid_t = 0
        let result = posix_spawn(&pid, "/bin/sh", nil, nil, words.pointers, variables.pointers)
        guard result == 0 else { throw CommandFailure("cannot run the editor: \(String(cString: strerror(result)))") }
        var status: Int32 = 0
        // Interrupts are the editor's: it is in the foreground with this process.
        let previous = signal(SIGINT, SIG_IGN)
        defer { signal(SIGINT, previous) }
        while waitpid(pid, &status, 0) == -1 {
            guard errno == EINTR else { throw CommandFailure("lost sight of the editor") }
        }
        guard status == 0 else { throw CommandFailure("the editor “\(command)” failed; nothing was saved") }
    }
}

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A child in a session of its own: no terminal, input from nowhere, both outputs appended to a log file.
struct DetachedProcess {
    let pid: Int32

    /// - Throws: ``CommandFailure`` when the log file or the executable cannot be used.
    static func spawn(
        _ executable: DaemonExecutable, arguments: [String], environment: [String: String], logFile: String
    ) throws -> DetachedProcess {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // Opened here rather than in the child, so that a path that cannot be written is named.
        let log = open(logFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard log >= 0 else { throw failure("open the log file \(logFile)", errno) }
        defer { close(log) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, log, 1)
        posix_spawn_file_actions_adddup2(&actions, log, 2)
        // Sockets and event queues of this process are none of the daemon's business.
        for descriptor in 3..<Int32(clamping: max(3, min(4096, sysconf(Int32(_SC_OPEN_MAX))))) {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        posix_spawnattr_setflags(&attributes, Int16(sessionFlag))

        let words = CStringArray([executable.path] + arguments)
        let variables = CStringArray(environment.map { "\($0.key)=\($0.value)" })
        var pid: pid_t = 0
        let result = posix_spawn(&pid, executable.path, &actions, &attributes, words.pointers, variables.pointers)
        guard result == 0 else { throw failure("run \(executable.path)", result) }
        return DetachedProcess(pid: pid)
    }

    /// How the child ended, in words; `nil` while it runs.
    func ending() -> String? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? "exit code \(status >> 8 & 0xff)" : "signal \(signal)"
    }

    #if canImport(Darwin)
        private static let sessionFlag = POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
        /// `POSIX_SPAWN_SETSID`, a GNU extension the module map hides.
        private static let sessionFlag: Int32 = 0x80
    #endif

    private static func failure(_ what: String, _ code: Int32) -> CommandFailure {
        CommandFailure("cannot \(what): \(String(cString: strerror(code)))")
    }
}

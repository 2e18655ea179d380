import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A network of this test's own: no interface but a loopback, and gone with the thread that lived in it.
enum NetworkNamespace {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    static let reason = "needs root for a network namespace"

    /// Whether tests can have one. A build machine has to: there they fail instead of being skipped.
    static var isAvailable: Bool { geteuid() == 0 || ProcessInfo.processInfo.environment["CI"] == "true" }

    /// Runs `body` on a thread inside a new namespace.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                #if os(Linux)
                    guard leaveNetwork() else {
                        return continuation.resume(throwing: Refused(description: "\(reason): errno \(errno)"))
                    }
                    continuation.resume(with: .init(catching: body))
                #else
                    continuation.resume(throwing: Refused(description: "there are no namespaces here"))
                #endif
            }
            thread.start()
        }
    }

    /// What a program says in the network of this thread, its words one blank apart: a second opinion on what was done.
    ///
    /// Foundation starts programs from threads of its own, which live in another network.
    static func words(_ program: String, _ arguments: [String]) throws -> [String] {
        var pipes: [CInt] = [0, 0]
        guard pipe(&pipes) == 0 else { throw Refused(description: "no pipe: errno \(errno)") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        for end in pipes { posix_spawn_file_actions_addclose(&actions, end) }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(&pid, program, &actions, nil, &words, environ)
        close(pipes[1])
        defer { close(pipes[0]) }
        guard failure == 0 else { throw Refused(description: "cannot run \(program): errno \(failure)") }
        let output = FileHandle(fileDescriptor: pipes[0], closeOnDealloc: false).readDataToEndOfFile()
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        return lines.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }

    #if os(Linux)
        /// `unshare(CLONE_NEWNET)`, which the C library's module leaves out: looked up by name.
        private static func leaveNetwork() -> Bool {
            guard let symbol = dlsym(nil, "unshare") else { return false }
            let unshare = unsafeBitCast(symbol, to: (@convention(c) (CInt) -> CInt).self)
            return unshare(0x4000_0000) == 0
        }
    #endif
}

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

    #if os(Linux)
        /// `unshare(CLONE_NEWNET)`, which the C library's module leaves out: looked up by name.
        private static func leaveNetwork() -> Bool {
            guard let symbol = dlsym(nil, "unshare") else { return false }
            let unshare = unsafeBitCast(symbol, to: (@convention(c) (CInt) -> CInt).self)
            return unshare(0x4000_0000) == 0
        }
    #endif
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the numbers of failed connects mean.
enum ControlClientErrno {
    /// Whether there is no socket, or nobody behind it.
    static func isAbsence(_ code: Int32) -> Bool {
        code == ENOENT || code == ECONNREFUSED || code == ENOTDIR
    }

    /// What the system calls it.
    static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}

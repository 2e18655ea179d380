#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Looks at processes of this machine and signals them.
public enum ProcessProbe {
    /// The pid of this process.
    public static var ownPID: Int32 { getpid() }

    /// The effective user of this process; 0 is root.
    public static var effectiveUserID: UInt32 { geteuid() }

    /// Whether the process exists. Another user's process does, although it may not be signalled.
    public static func isAlive(_ pid: Int32) -> Bool {
        // 0 and negative numbers would address process groups.
        guard pid > 0 else { return false }
        return Self.signal(pid, 0) == 0 || errno == EPERM
    }

    /// Sends a signal.
    ///
    /// - Throws: `noSuchProcess` or `permissionDenied`.
    public static func send(_ signal: ProcessSignal, to pid: Int32) throws(FileError) {
        guard pid > 0 else { throw FileError(.noSuchProcess, "process \(pid)", operation: "signal") }
        guard Self.signal(pid, signal.rawValue) == 0 else {
            throw FileError(errno: errno, "process \(pid)", operation: "signal")
        }
    }

    private static func signal(_ pid: Int32, _ number: Int32) -> Int32 { kill(pid, number) }
}

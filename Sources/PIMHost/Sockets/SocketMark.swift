#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The mark of a socket's packets, by which routing rules choose (Linux: SO_MARK).
public enum SocketMark {
    /// What the sockets of this daemon are marked with: ASCII “PIM” and a zero.
    public static let daemon: UInt32 = 0x5049_4d00

    /// Whether this process may mark its sockets. To be asked once, so that one warning is given instead of one for each.
    ///
    /// - Throws: `FileError` that says why not; `permissionDenied` without CAP_NET_ADMIN.
    public static func check(_ mark: UInt32) throws(FileError) {
        #if os(Linux)
            let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw FileError(errno: errno, "a socket", operation: "open") }
            defer { close(descriptor) }
            var mark = mark
            guard setsockopt(descriptor, SOL_SOCKET, SO_MARK, &mark, socklen_t(MemoryLayout<UInt32>.size)) == 0 else {
                throw FileError(errno: errno, "the daemon's sockets", operation: "mark")
            }
        #else
            throw FileError(.io, "the daemon's sockets", operation: "mark")
        #endif
    }
}

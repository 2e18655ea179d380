#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who is at the other end of a Unix-domain socket, by the kernel's word.
public struct PeerCredentials: Sendable, Hashable {
    /// The process that connected; it may have passed the socket on since.
    public var pid: Int32
    public var userID: UInt32
    public var groupID: UInt32
    /// The further groups of the process when it connected; empty where the system does not tell.
    public var supplementaryGroups: [UInt32]

    public init(pid: Int32, userID: UInt32, groupID: UInt32, supplementaryGroups: [UInt32] = []) {
        self.pid = pid
        self.userID = userID
        self.groupID = groupID
        self.supplementaryGroups = supplementaryGroups
    }

    /// Asks the kernel about a connected socket.
    ///
    /// - Parameter socket: The descriptor; it stays open and stays the caller's.
    public init(ofSocket socket: Int32) throws(FileError) {
        #if canImport(Darwin)
            var user = uid_t()
            var group = gid_t()
            var pid = pid_t()
            var length = socklen_t(MemoryLayout<pid_t>.size)
            guard getpeereid(socket, &user, &group) == 0,
                getsockopt(socket, SOL_LOCAL, LOCAL_PEERPID, &pid, &length) == 0
            else { throw FileError(errno: errno, "socket \(socket)", operation: "read the peer of") }
            self.init(pid: pid, userID: user, groupID: group)
        #else
            // The kernel's `struct ucred`, which the C library hides: pid, user and group, 32 bits each.
            var credentials: [UInt32] = [0, 0, 0]
            var length = socklen_t(credentials.count * MemoryLayout<UInt32>.size)
            guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
                throw FileError(errno: errno, "socket \(socket)", operation: "read the peer of")
            }
            self.init(
                pid: Int32(bitPattern: credentials[0]), userID: credentials[1], groupID: credentials[2],
                supplementaryGroups: Self.supplementaryGroups(ofSocket: socket))
        #endif
    }

    #if os(Linux)
        /// The most groups a process of Linux can have (`NGROUPS_MAX`).
        private static let maximumGroups = 65_536

        /// `SO_PEERGROUPS`, since Linux 4.13; empty before.
        private static func supplementaryGroups(ofSocket socket: Int32) -> [UInt32] {
            var groups = [UInt32](repeating: 0, count: 32)
            while true {
                var length = socklen_t(groups.count * MemoryLayout<UInt32>.stride)
                let status = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, &groups, &length)
                let count = Int(length) / MemoryLayout<UInt32>.stride
                if status == 0 { return Array(groups.prefix(count)) }
                // With too little room the kernel says how much it takes.
                guard errno == ERANGE, count > groups.count, count <= maximumGroups else { return [] }
                groups = [UInt32](repeating: 0, count: count)
            }
        }
    #endif
}

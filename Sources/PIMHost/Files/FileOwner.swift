#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// User and group of a file, and what they and others may do with it.
public struct FileOwner: Sendable, Hashable {
    public var userID: UInt32
    public var groupID: UInt32
    /// The permission bits of the file.
    public var permissions: UInt32

    /// Those of a file; `nil` when there is none. A link is followed.
    public init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        userID = status.st_uid
        groupID = status.st_gid
        permissions = UInt32(status.st_mode) & 0o7777
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A group of users, as the system's databases have it.
public struct UserGroup: Sendable, Hashable {
    public let name: String
    public let id: UInt32

    /// The group of this name; `nil` when there is none.
    public init?(named name: String) {
        guard let id = Self.look(up: name, { $0.gr_gid }) else { return nil }
        self.name = name
        self.id = id
    }

    /// Whether somebody belongs to it: by a group of the process he uses, by his primary group, or as a member.
    ///
    /// Membership is asked for anew each time, so that adding a user to the group counts at once, and what the process was
    /// given beyond that counts too: a service manager and a container give groups the databases know nothing of.
    public func admits(_ peer: PeerCredentials) -> Bool {
        if peer.groupID == id || peer.supplementaryGroups.contains(id) { return true }
        guard let user = Self.user(peer.userID) else { return false }
        if user.group == id { return true }
        return Self.look(up: name) { Self.strings($0.gr_mem).contains(user.name) } ?? false
    }

    private static func look<Value>(up name: String, _ read: (group) -> Value) -> Value? {
        find(group()) {
            getgrnam_r(name, $0, $1, $2, $3)
        } read: {
            read($0)
        }
    }

    private static func user(_ id: UInt32) -> (name: String, group: UInt32)? {
        find(passwd()) {
            getpwuid_r(id, $0, $1, $2, $3)
        } read: {
            (String(cString: $0.pw_name), $0.pw_gid)
        }
    }

    /// Asks with ever more room for the texts of the entry, which are only valid inside of `read`.
    private static func find<Entry, Value>(
        _ empty: Entry,
        _ ask: (
            UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
        ) -> Int32,
        read: (Entry) -> Value
    ) -> Value? {
        var size = 4096
        while size <= 1_048_576 {
            var entry = empty
            var found: UnsafeMutablePointer<Entry>?
            var buffer = [CChar](repeating: 0, count: size)
            let (status, value): (Int32, Value?) = buffer.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return (ERANGE, nil) }
                let status = ask(&entry, start, buffer.count, &found)
                return (status, status == 0 && found != nil ? read(entry) : nil)
            }
            guard status == ERANGE else { return value }
            size *= 4
        }
        return nil
    }

    private static func strings(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
        guard var next = list else { return [] }
        var strings: [String] = []
        while let text = next.pointee {
            strings.append(String(cString: text))
            next += 1
        }
        return strings
    }
}

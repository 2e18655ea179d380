import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why this user may not use a control socket, and what helps.
enum SocketAccess {
    /// `nil` unless it is a question of permissions.
    static func hint(for path: String) -> String? {
        guard access(path, R_OK | W_OK) != 0, errno == EACCES else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else {
            return "You may not enter the socket's directory. Its daemon belongs to somebody else: try sudo."
        }
        let group = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? String(status.st_gid)
        return text(group: group, groupMayWrite: status.st_mode & 0o060 == 0o060)
    }

    static func text(group: String, groupMayWrite: Bool) -> String {
        groupMayWrite && group != "root"
            ? "Members of the group “\(group)” may: “sudo usermod -aG \(group) $USER”, then log in again; or use sudo."
            : "Only its owner may use it: try sudo."
    }
}

import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `/etc/resolv.conf`, replaced while names are to be resolved through the mesh.
///
/// What stood there is in the journal, a symbolic link as a link, and comes back afterwards. When something else has written
/// the file in the meantime, that stays: whoever did it knows better what the machine needs now.
struct ResolverFile: Sendable {
    static let standardPath = "/etc/resolv.conf"
    /// What tells our file from everybody else's.
    static let mark = "# Written by the pim daemon, which puts back what was here when it stops.\n"
    private static let largestFile = 1 << 20

    let path: String
    let journal: HostJournal

    /// Puts resolvers there. Does nothing when they are there already.
    func install(_ servers: [String]) throws(FileError) {
        let content = Self.content(servers)
        let present = try current()
        if case .content(content, _) = present { return }
        if !isOurs(present) {
            try journal.forget(.file(path: path, previous: .absent))
            try journal.record(.file(path: path, previous: present))
        }
        try replace(content, permissions: 0o644)
    }

    /// Whether these resolvers are there, and nothing else.
    func holds(_ servers: [String]) -> Bool {
        if case .content(Self.content(servers), _) = try? current() { true } else { false }
    }

    /// Puts back what was there before, also before the daemon that was killed.
    func restore() throws(FileError) {
        for change in journal.changes {
            guard case .file(path, let previous) = change else { continue }
            if isOurs(try current()) {
                switch previous {
                case .absent: try SecureFile(path).remove()
                case .content(let bytes, let permissions): try replace(bytes, permissions: permissions)
                case .link(let target): try link(to: target)
                }
            }
            try journal.forget(change)
        }
    }

    private static func content(_ servers: [String]) -> [UInt8] {
        Array((mark + servers.map { "nameserver \($0)\n" }.joined()).utf8)
    }

    private func isOurs(_ file: PreviousFile) -> Bool {
        if case .content(let bytes, _) = file { bytes.starts(with: Self.mark.utf8) } else { false }
    }

    private func current() throws(FileError) -> PreviousFile {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = target.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { bytes in
                bytes.baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
            }
        }
        if count >= 0 { return .link(target: String(decoding: target[..<count], as: UTF8.self)) }
        // No link: a file, or nothing.
        guard errno == EINVAL || errno == ENOENT else { throw FileError(errno: errno, path, operation: "examine") }
        guard let bytes = try SecureFile(path).read(limit: Self.largestFile) else { return .absent }
        let status = try OpenFile.open(path, O_RDONLY | O_NOFOLLOW).status()
        return .content(bytes, permissions: UInt32(status.st_mode) & 0o777)
    }

    private func replace(_ bytes: [UInt8], permissions: UInt32) throws(FileError) {
        do {
            try SecureFile(path, permissions: permissions).write(bytes)
        } catch  where error.systemError == EBUSY {
            // Containers have the file mounted, so that nothing else can take its name.
            let file = try OpenFile.open(path, O_WRONLY | O_NOFOLLOW)
            try file.truncate()
            try file.writeAll(bytes)
            try file.synchronize()
        }
    }

    private func link(to target: String) throws(FileError) {
        let beside = "\(path).pim-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        guard symlink(target, beside) == 0 else { throw FileError(errno: errno, path, operation: "link") }
        guard rename(beside, path) == 0 else {
            let number = errno
            unlink(beside)
            throw FileError(errno: number, path, operation: "replace")
        }
    }
}

import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open descriptor that closes itself. The only place that opens files; everything is close-on-exec and retried
/// when a signal interrupts it.
struct OpenFile: ~Copyable, Sendable {
    let descriptor: Int32
    /// For error messages.
    let path: String

    deinit { _ = close(descriptor) }

    /// Takes over a descriptor that something else opened: a socket, or one this process was started with.
    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens `path`. C would cut a path at its first NUL and open something else, so such a path is refused.
    static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(FileError) -> OpenFile {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(.invalidPath, path, operation: "open") }
        let descriptor = Self.retrying { systemOpen(path, flags | O_CLOEXEC, mode_t(mode)) }
        guard descriptor >= 0 else { throw FileError(errno: errno, path, operation: "open") }
        return OpenFile(descriptor: descriptor, path: path)
    }

    /// Opens an entry of this directory; renaming the directory meanwhile changes nothing.
    borrowing func openEntry(_ name: String, _ flags: Int32, mode: UInt32 = 0) throws(FileError) -> OpenFile {
        let full = "\(path)/\(name)"
        let directory = descriptor
        let opened = Self.retrying { openat(directory, name, flags | O_CLOEXEC, mode_t(mode)) }
        guard opened >= 0 else { throw FileError(errno: errno, full, operation: "open") }
        return OpenFile(descriptor: opened, path: full)
    }

    borrowing func status() throws(FileError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(errno: errno, path, operation: "examine") }
        return status
    }

    /// Sets the permission bits exactly, whatever the umask.
    /// - Returns: Whether the process may do that, or need not.
    borrowing func give(to owner: FileOwner) -> Bool {
        fchown(descriptor, owner.userID, owner.groupID) == 0
    }

    borrowing func setPermissions(_ mode: UInt32) throws(FileError) {
        guard fchmod(descriptor, mode_t(mode)) == 0 else {
            throw FileError(errno: errno, path, operation: "set the permissions of")
        }
    }

    borrowing func truncate() throws(FileError) {
        guard ftruncate(descriptor, 0) == 0 else { throw FileError(errno: errno, path, operation: "truncate") }
    }

    borrowing func writeAll(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        let target = descriptor
        while written < bytes.count {
            let rest = bytes[written...]
            let count = Self.retrying { rest.withUnsafeBytes { write(target, $0.baseAddress, $0.count) } }
            guard count > 0 else { throw FileError(errno: errno, path, operation: "write") }
            written += count
        }
    }

    /// Everything from the present position on, or `tooLarge` when that is more than `limit` bytes.
    borrowing func readAll(limit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        let source = descriptor
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, 65_536))
        while true {
            let count = Self.retrying { chunk.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) } }
            guard count >= 0 else { throw FileError(errno: errno, path, operation: "read") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw FileError(.tooLarge, path, operation: "read") }
        }
    }

    /// Waits until the content is on the disk. Some file systems refuse this for directories; their entries are then as
    /// durable as they get.
    borrowing func synchronize(directory: Bool = false) throws(FileError) {
        let target = descriptor
        guard Self.retrying({ fsync(target) }) != 0 else { return }
        if directory, errno == EINVAL || errno == ENOTSUP { return }
        throw FileError(errno: errno, path, operation: "synchronize")
    }

    /// Takes the advisory lock without waiting; `false` when somebody else has it.
    borrowing func tryLock(shared: Bool = false) throws(FileError) -> Bool {
        let target = descriptor
        let operation = (shared ? LOCK_SH : LOCK_EX) | LOCK_NB
        if Self.retrying({ flock(target, operation) }) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw FileError(errno: errno, path, operation: "lock")
    }

    private static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

/// `open` is shadowed by the static method of the type above.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    open(path, flags, mode)
}

import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One persistent file of the daemon, written so that a reader sees the old content or the new one and never anything
/// else, whatever fails in between.
///
/// Every persistent file that is not a database goes through here: key files, trust store, statistics, edited
/// configuration. A write goes to a file with an unpredictable name in the same directory, created exclusively and with
/// the final permissions before the first byte; it is synchronized, renamed into place, and the directory is
/// synchronized too. On failure nothing is left behind. A symbolic link at the path is replaced, never followed.
///
/// Calls block on the disk: not for an event loop.
public struct SecureFile: Sendable, Hashable {
    /// Where the file is.
    public let path: String
    /// The permission bits the file has, `0o600` unless said otherwise.
    public let permissions: UInt32
    /// Whom the file belongs to; `nil` for the process.
    public let owner: FileOwner?

    public init(_ path: String, permissions: UInt32 = 0o600, owner: FileOwner? = nil) {
        self.path = path
        self.permissions = permissions
        self.owner = owner
    }

    /// Replaces the content, or creates the file.
    ///
    /// - Parameter durably: Whether this waits until the disk has it. Otherwise a machine that loses its power may have
    ///   neither the old content nor the new one: for files that are worth nothing then.
    public func write(_ bytes: some Sequence<UInt8>, durably: Bool = true) throws(FileError) {
        try install(Array(bytes), replacing: true, durably: durably)
    }

    /// Creates the file with all of its content at once; `alreadyExists` when somebody was faster. Two processes that
    /// create one identity cannot both succeed (`spec/crypto.md` §12.15).
    public func create(_ bytes: some Sequence<UInt8>) throws(FileError) {
        try install(Array(bytes), replacing: false, durably: true)
    }

    /// The content, or `nil` when there is no file.
    ///
    /// - Parameters:
    ///   - limit: The most bytes accepted; a larger file is refused with `tooLarge` before it is read.
    ///   - followingLinks: Whether a symbolic link at the path is followed. Right for configuration that people
    ///     maintain, wrong for secrets.
    public func read(limit: Int, followingLinks: Bool = false) throws(FileError) -> [UInt8]? {
        let file: OpenFile
        do {
            // Without O_NONBLOCK, opening a named pipe would wait for a writer.
            file = try OpenFile.open(path, O_RDONLY | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW))
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(.notRegularFile, path, operation: "read") }
        guard status.st_size <= limit else { throw FileError(.tooLarge, path, operation: "read") }
        return try file.readAll(limit: limit)
    }

    /// Takes away permission bits beyond `permissions` from a file that exists.
    ///
    /// - Returns: Whether there was anything to take away, so that the owner can be told.
    public func repairPermissions() throws(FileError) -> Bool {
        let file = try OpenFile.open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
        let present = UInt32(try file.status().st_mode) & 0o7777
        guard present & ~permissions != 0 else { return false }
        try file.setPermissions(present & permissions)
        return true
    }

    /// Removes the file; one that is not there is no error.
    public func remove() throws(FileError) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw FileError(errno: errno, path, operation: "remove")
    }

    private func install(_ bytes: [UInt8], replacing: Bool, durably: Bool) throws(FileError) {
        let whole = FilePath(path)
        guard let name = whole.lastComponent?.string, !path.utf8.contains(0), name != "..", name != "." else {
            throw FileError(.invalidPath, path, operation: "write")
        }
        let parent = whole.removingLastComponent()
        let directory = try OpenFile.open(parent.isEmpty ? "." : parent.string, O_RDONLY | O_DIRECTORY)
        let number = String(UInt64.random(in: 0 ... .max), radix: 16)
        let temporary = Self.temporaryPrefix(of: name) + number + Self.temporarySuffix

        let file = try directory.openEntry(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        do {
            // Without the right to give the file away, it is the process's, and no group reads it that did not before.
            let isGiven = owner.map { file.give(to: $0) } ?? true
            try file.setPermissions(isGiven ? permissions : permissions & ~0o070)
            try file.writeAll(bytes)
            if durably { try file.synchronize() }
            try move(temporary, to: name, in: directory.descriptor, replacing: replacing)
        } catch {
            unlinkat(directory.descriptor, temporary, 0)
            throw error
        }
        if durably { try directory.synchronize(directory: true) }
    }

    private func move(_ temporary: String, to name: String, in directory: Int32, replacing: Bool) throws(FileError) {
        if replacing {
            guard renameat(directory, temporary, directory, name) == 0 else {
                throw FileError(errno: errno, path, operation: "replace")
            }
        } else {
            // A hard link refuses an existing name, which a rename would overwrite.
            guard linkat(directory, temporary, directory, name, 0) == 0 else {
                throw FileError(errno: errno, path, operation: "create")
            }
            unlinkat(directory, temporary, 0)
        }
    }
}

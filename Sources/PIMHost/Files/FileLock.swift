import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An exclusive lock on a file that names its holder: the file contains the decimal pid, without a newline, of the
/// process that has the lock.
///
/// The kernel releases the lock when the process ends, however it ends, so a stale file never keeps anybody out. Held
/// until `release()` or until the last reference is gone.
public final class FileLock: Sendable {
    /// Where the lock file is.
    public let path: String
    private let removesFile: Bool
    /// Open as long as the lock is held: closing the descriptor gives it back.
    private let file: Mutex<OpenFile?>

    private init(path: String, removesFile: Bool, file: consuming OpenFile) {
        self.path = path
        self.removesFile = removesFile
        self.file = Mutex(file)
    }

    deinit { release() }

    /// Takes the lock, without waiting for a live holder.
    ///
    /// - Parameters:
    ///   - permissions: Of the file when it is created; 0644 lets everybody read who holds the lock.
    ///   - removingFile: Whether `release()` removes the file, as a PID file wants it.
    /// - Throws: `locked` with the holder's pid when another process has it.
    public static func acquire(
        _ path: String, permissions: UInt32 = 0o600, removingFile: Bool = false
    ) throws(FileError) -> FileLock {
        // A process that asks who holds the lock takes it for an instant, and a holder that ends removes the file
        // between our open and our lock: both are over within a few tries.
        for attempt in 0... {
            let file = try OpenFile.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: permissions)
            guard try file.tryLock() else {
                let holder = try Self.recordedPID(in: file)
                if attempt >= 20 || attempt >= 3 && holder.map(ProcessProbe.isAlive) == true {
                    throw FileError(.locked, path, operation: "lock", holder: holder)
                }
                usleep(5_000)
                continue
            }
            guard try Self.isStillAt(path, file) else { continue }
            try file.setPermissions(permissions)
            try file.truncate()
            try file.writeAll(Array(String(getpid()).utf8))
            return FileLock(path: path, removesFile: removingFile, file: file)
        }
        throw FileError(.locked, path, operation: "lock")
    }

    /// The process that holds the lock at `path` right now; `nil` when nobody does, whatever the file says.
    ///
    /// Only a holder writes its pid, and only while it has the lock, so a pid from here is not a stale number that
    /// the kernel has since given to somebody else.
    public static func holder(of path: String) throws(FileError) -> Int32? {
        let file: OpenFile
        do {
            file = try OpenFile.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        if try file.tryLock(shared: true) { return nil }
        return try recordedPID(in: file)
    }

    /// Gives the lock back. Doing it twice is harmless.
    public func release() {
        file.withLock { file in
            // While the lock is still held, so that no successor's file is removed or emptied.
            guard let held = file.take() else { return }
            if removesFile { unlink(path) } else { ftruncate(held.descriptor, 0) }
        }
    }

    private static func recordedPID(in file: borrowing OpenFile) throws(FileError) -> Int32? {
        let text = String(decoding: try file.readAll(limit: 64), as: UTF8.self)
        guard let pid = Int32(text.filter { !$0.isWhitespace }), pid > 0 else { return nil }
        return pid
    }

    /// Whether the name still leads to the file that was opened.
    private static func isStillAt(_ path: String, _ file: borrowing OpenFile) throws(FileError) -> Bool {
        var present = stat()
        guard lstat(path, &present) == 0 else { return false }
        let opened = try file.status()
        return present.st_ino == opened.st_ino && present.st_dev == opened.st_dev
    }
}

/// The PID file of a running daemon: locked while it runs, mode 0644, the decimal pid without a newline, removed at the
/// end (`spec/config.md` §1.1, `spec/cli.md` §4.4).
///
/// A file left by a daemon that was killed is taken over; one whose daemon lives refuses the second start and names it.
public final class PIDFile: Sendable {
    private let lock: FileLock

    private init(lock: FileLock) {
        self.lock = lock
    }

    /// Where the file is.
    public var path: String { lock.path }

    /// Claims the PID file for this process.
    ///
    /// - Throws: `locked` with the pid of the daemon that runs already.
    public static func claim(_ path: String) throws(FileError) -> PIDFile {
        PIDFile(lock: try FileLock.acquire(path, permissions: 0o644, removingFile: true))
    }

    /// The daemon that holds the file now; `nil` when none runs, even if a file was left behind. It is safe to signal
    /// this pid: no other process can hold the lock under that number.
    public static func holder(of path: String) throws(FileError) -> Int32? {
        try FileLock.holder(of: path)
    }

    /// Removes the file and lets the next daemon start. Doing it twice is harmless.
    public func remove() {
        lock.release()
    }
}

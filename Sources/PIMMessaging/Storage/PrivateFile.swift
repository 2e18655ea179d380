internal import Foundation
internal import PIMCore

/// Files nobody but the daemon's user can open, from before their first byte.
enum PrivateFile {
    private static let mode: mode_t = 0o600

    /// Creates the file with mode 0600 if there is none, and tightens the mode of an existing one.
    ///
    /// SQLite gives a database's journals the mode of the database itself, so this settles theirs too.
    static func prepare(_ file: URL) throws(PIMError) {
        let descriptor = open(file.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        guard errno == EEXIST else { throw failure("cannot create", file) }
        guard chmod(file.path, mode) == 0 else { throw failure("cannot restrict access to", file) }
    }

    static func exists(_ file: URL) -> Bool {
        access(file.path, F_OK) == 0
    }

    /// Renames within one file system, replacing what is there; does nothing if `source` does not exist.
    static func move(_ source: URL, to destination: URL) throws(PIMError) {
        guard rename(source.path, destination.path) != 0, errno != ENOENT else { return }
        throw failure("cannot move \(source.path) to", destination)
    }

    private static func failure(_ what: String, _ file: URL) -> PIMError {
        PIMError(.io, "\(what) \(file.path): \(String(cString: strerror(errno)))")
    }
}

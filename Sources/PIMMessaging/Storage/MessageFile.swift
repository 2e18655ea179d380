internal import Foundation
internal import PIMCore

/// Where the messages are, and how they got there.
struct MessageFile: Sendable {
    static let name = "messages.db"

    /// `<plugin directory>/messages.db`.
    let database: URL

    /// Takes over the `messages.db` of an earlier daemon, if there is one and this plugin has none yet, and makes sure
    /// the file exists and is private.
    ///
    /// The journals move before the database: whenever this is interrupted, the database is still at the old place and
    /// the next start moves it to where its journals already are, so nothing that was committed is lost.
    init(directory: URL, earlierDirectory: URL) throws(PIMError) {
        database = directory.appendingPathComponent(Self.name)
        let earlier = earlierDirectory.appendingPathComponent(Self.name)
        if !PrivateFile.exists(database), PrivateFile.exists(earlier) {
            for suffix in ["-journal", "-wal", "-shm", ""] {
                try PrivateFile.move(
                    earlierDirectory.appendingPathComponent(Self.name + suffix),
                    to: directory.appendingPathComponent(Self.name + suffix))
            }
        }
        try PrivateFile.prepare(database)
        for suffix in ["-journal", "-wal", "-shm"] {
            let journal = directory.appendingPathComponent(Self.name + suffix)
            if PrivateFile.exists(journal) { try PrivateFile.prepare(journal) }
        }
    }
}

import Foundation
import Synchronization

/// What this daemon changed on the machine and has not undone yet, in a file that survives it (`spec/host-network.md`
/// §10.17).
///
/// A change is recorded before it is made and forgotten after it was undone, so the file never knows less than is true. The
/// next start undoes what a killed daemon left: each kind by whoever makes that kind of change. What was changed before the
/// machine booted went with that, but for files: settings may mean something else since.
///
/// Calls wait for the disk: not for an event loop.
public final class HostJournal: Sendable {
    /// The name of the file in the data directory.
    public static let fileName = "host-state.json"
    private static let largestFile = 4 << 20

    private let file: SecureFile
    /// Which boot of the machine this is; `nil` where that cannot be told.
    private let boot: String?
    private let state: Mutex<[HostChange]>

    private struct Content: Codable {
        /// Absent in files of older daemons.
        var boot: String?
        var changes: [HostChange]
    }

    /// Reads what was left by the last daemon, if anything.
    ///
    /// - Throws: `FileError` when there is a file that cannot be read. One that holds something else is moved out of the
    ///   way, to the same name with `.broken`.
    public convenience init(directory: String) throws(FileError) {
        try self.init(directory: directory, boot: try? KernelSetting("kernel/random/boot_id").read())
    }

    init(directory: String, boot: String?) throws(FileError) {
        self.boot = boot
        file = SecureFile("\(directory)/\(Self.fileName)")
        file.removeAbandoned()
        guard let bytes = try file.read(limit: Self.largestFile) else {
            state = Mutex([])
            return
        }
        if let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) {
            let isOfThisBoot = content.boot == nil || boot == nil || content.boot == boot
            let changes = isOfThisBoot ? content.changes : content.changes.filter(\.survivesBoot)
            state = Mutex(changes)
            if !isOfThisBoot { try write(changes) }
        } else {
            try SecureFile(file.path + ".broken").write(bytes)
            try file.remove()
            state = Mutex([])
        }
    }

    /// Everything that is not undone, oldest first.
    public var changes: [HostChange] { state.withLock { $0 } }

    /// Puts a change on the disk, before it is made. Of a thing that was changed before, the oldest state is kept: that is
    /// the one the machine has to go back to.
    public func record(_ change: HostChange) throws(FileError) {
        try edit { changes in
            guard !changes.contains(where: { $0.subject == change.subject }) else { return false }
            changes.append(change)
            return true
        }
    }

    /// Strikes out a change, after it was undone; whatever its previous state is said to be.
    public func forget(_ change: HostChange) throws(FileError) {
        try edit { changes in
            let before = changes.count
            changes.removeAll { $0.subject == change.subject }
            return changes.count != before
        }
    }

    /// - Parameter body: Returns whether there is anything to write.
    private func edit(_ body: (inout [HostChange]) -> Bool) throws(FileError) {
        // The lock is held while writing, so that the file ends up with the newest state.
        let outcome: Result<Void, FileError> = state.withLock { changes in
            var edited = changes
            guard body(&edited) else { return .success(()) }
            do throws(FileError) {
                try write(edited)
            } catch {
                return .failure(error)
            }
            changes = edited
            return .success(())
        }
        try outcome.get()
    }

    private func write(_ changes: [HostChange]) throws(FileError) {
        guard !changes.isEmpty else { return try file.remove() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(Content(boot: boot, changes: changes)) else {
            throw FileError(.io, file.path, operation: "encode")
        }
        try file.write(bytes)
    }
}

import Foundation
public import PIMCore
import PIMHost
import Synchronization

/// The nodes a daemon with `trust_on_first_use` has met: a TOML file with one key `peers`, a sorted list of NodeIDs
/// (`spec/daemon.md` §8).
///
/// Look-ups answer from memory, from any thread. Changes write the file first, one at a time, and block on the disk: not
/// for an event loop.
public final class TrustStore: Sendable {
    /// The most nodes kept; more are refused, so that strangers cannot fill the disk.
    public static let maximumPeers = 10_000

    private let file: SecureFile
    private let members: Mutex<Set<NodeID>>
    /// Held while the file changes, so that two first contacts do not overwrite each other.
    private let writing = Mutex(())

    /// Reads the store. A missing file, and a file without `peers`, is an empty store.
    ///
    /// - Throws: Category `io` when the file cannot be read, `config` when it is not TOML or has a bad NodeID.
    public init(path: String) throws(PIMError) {
        file = SecureFile(path)
        members = Mutex(try Self.read(file))
    }

    /// Where the file is.
    public var path: String { file.path }

    /// All nodes, sorted.
    public var peers: [NodeID] { members.withLock { $0.sorted() } }

    public func contains(_ peer: NodeID) -> Bool {
        members.withLock { $0.contains(peer) }
    }

    /// Records a node. It counts as trusted only once it is in the file.
    ///
    /// - Returns: Whether it was new.
    /// - Throws: Category `io` when it could not be written, `config` when the store is full; the node is then not in it.
    @discardableResult
    public func admit(_ peer: NodeID) throws(PIMError) -> Bool {
        try change { members throws(PIMError) in
            guard members.count < Self.maximumPeers || members.contains(peer) else {
                throw PIMError(.config, "the trust store \(file.path) is full: \(Self.maximumPeers) nodes")
            }
            return members.insert(peer).inserted
        }
    }

    /// Takes a node out of the store.
    ///
    /// - Returns: Whether it was there.
    /// - Throws: Category `io` when the file could not be written; the node is then still in the store.
    @discardableResult
    public func remove(_ peer: NodeID) throws(PIMError) -> Bool {
        try change { members in members.remove(peer) != nil }
    }

    private func change(_ edit: (inout Set<NodeID>) throws(PIMError) -> Bool) throws(PIMError) -> Bool {
        try writing.withLock { _ throws(PIMError) in
            var changed = members.withLock { $0 }
            guard try edit(&changed) else { return false }
            try write(changed)
            members.withLock { $0 = changed }
            return true
        }
    }

    private func write(_ members: Set<NodeID>) throws(PIMError) {
        let lines = members.sorted().map { "    \"\($0)\",\n" }
        do throws(FileError) {
            try SecureFile.createDirectory(URL(fileURLWithPath: file.path).deletingLastPathComponent().path)
            try file.write("peers = [\n\(lines.joined())]\n".utf8)
        } catch {
            throw error.asPIMError
        }
    }

    private static func read(_ file: SecureFile) throws(PIMError) -> Set<NodeID> {
        let content: [UInt8]?
        do throws(FileError) {
            content = try file.read(limit: ConfigurationLoader.maximumFileSize, followingLinks: true)
        } catch {
            throw error.asPIMError
        }
        guard let content else { return [] }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw PIMError(.config, "the trust store \(file.path) is not UTF-8 text")
        }
        let report = ProblemReport(file: file.path)
        var peers: [NodeID] = []
        do throws(TOMLDocument.SyntaxError) {
            TableReader(document: try TOMLDocument(text), report: report).read("peers", into: &peers)
        } catch {
            report.error(nil, at: error.position, error.message)
        }
        if let problem = report.all(.error).first {
            throw PIMError(.config, "bad trust store: \(problem)")
        }
        return Set(peers)
    }
}

import Foundation
import Logging
import PIMCore
import PIMHost
import ServiceLifecycle
import Synchronization

/// A set of nodes that survives restarts: a TOML file with one key, a sorted list of NodeIDs (`spec/daemon.md` §8). The trust
/// store is one, the list of revoked nodes another.
///
/// The truth is in memory: look-ups and changes answer at once, from any thread, the event loop included. ``run()`` writes
/// the file behind them, atomically and with mode 0600. While the disk is full or read-only nothing is lost, and writing is
/// tried again.
final class StoredNodes: Sendable {
    /// The most nodes kept, so that strangers cannot fill the disk.
    static let maximumNodes = 10_000

    /// After a failed write.
    private let retrying: Duration
    private let key: String
    private let file: SecureFile
    private let logger: Logger

    private struct State {
        var nodes: Set<NodeID>
        /// Counts the changes, so that a write knows how much of them it covers.
        var changes: UInt64 = 0
        var written: UInt64 = 0
        /// Whether the last write failed.
        var isFailing = false
    }

    private let state: Mutex<State>
    /// Held while the file changes, so that an older content never replaces a newer one.
    private let writing = Mutex(())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// Reads the file. A missing one, and one without the key, is an empty set.
    ///
    /// - Throws: Category `io` when the file cannot be read, `config` when it is not TOML or has a bad NodeID.
    init(path: String, key: String, logger: Logger, retrying: Duration = .seconds(5)) throws(PIMError) {
        self.key = key
        self.logger = logger
        self.retrying = retrying
        file = SecureFile(path)
        state = Mutex(State(nodes: try Self.read(file, key: key)))
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Where the file is.
    var path: String { file.path }

    var all: Set<NodeID> { state.withLock { $0.nodes } }

    func contains(_ node: NodeID) -> Bool {
        state.withLock { $0.nodes.contains(node) }
    }

    /// Adds a node, in memory first.
    ///
    /// - Returns: Whether it was new.
    /// - Throws: Category `config` when the set is full.
    @discardableResult
    func insert(_ node: NodeID) throws(PIMError) -> Bool {
        try change { nodes throws(PIMError) in
            guard nodes.count < Self.maximumNodes || nodes.contains(node) else {
                throw PIMError(.config, "\(file.path) is full: \(Self.maximumNodes) nodes")
            }
            return nodes.insert(node).inserted
        }
    }

    /// Takes a node out, in memory first.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    func remove(_ node: NodeID) -> Bool {
        change { $0.remove(node) != nil }
    }

    private func change<Failure>(
        _ edit: (inout Set<NodeID>) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        let isChanged = try state.withLock { state throws(Failure) in
            guard try edit(&state.nodes) else { return false }
            state.changes += 1
            return true
        }
        if isChanged { signal.yield() }
        return isChanged
    }

    // MARK: Writing

    /// Writes what is not in the file yet. Blocks on the disk.
    ///
    /// - Throws: Category `io`. ``run()`` tries again.
    func write() throws(PIMError) {
        do throws(PIMError) {
            try writing.withLock { _ throws(PIMError) in
                let (nodes, changes, written) = state.withLock { ($0.nodes, $0.changes, $0.written) }
                guard changes != written else { return }
                try replace(with: nodes)
                state.withLock { $0.written = changes }
            }
        } catch {
            if state.withLock({ noteFailure(true, &$0) }) {
                logger.error(
                    "the list of nodes cannot be written and goes on in memory",
                    metadata: ["path": "\(path)", "error": "\(error)"])
            }
            signal.yield()
            throw error
        }
        if state.withLock({ noteFailure(false, &$0) }) {
            logger.notice("the list of nodes is written again", metadata: ["path": "\(path)"])
        }
    }

    /// - Returns: Whether that is news.
    private func noteFailure(_ isFailing: Bool, _ state: inout State) -> Bool {
        defer { state.isFailing = isFailing }
        return state.isFailing != isFailing
    }

    private func replace(with nodes: Set<NodeID>) throws(PIMError) {
        let lines = nodes.sorted().map { "    \"\($0)\",\n" }
        do throws(FileError) {
            try SecureFile.createDirectory(URL(fileURLWithPath: file.path).deletingLastPathComponent().path)
            try file.write("\(key) = [\n\(lines.joined())]\n".utf8)
        } catch {
            throw error.asPIMError
        }
    }

    private static func read(_ file: SecureFile, key: String) throws(PIMError) -> Set<NodeID> {
        let content: [UInt8]?
        do throws(FileError) {
            content = try file.read(limit: ConfigurationLoader.maximumFileSize, followingLinks: true)
        } catch {
            throw error.asPIMError
        }
        guard let content else { return [] }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw PIMError(.config, "\(file.path) is not UTF-8 text")
        }
        let report = ProblemReport(file: file.path)
        var nodes: [NodeID] = []
        do throws(TOMLDocument.SyntaxError) {
            TableReader(document: try TOMLDocument(text), report: report).read(key, into: &nodes)
        } catch {
            report.error(nil, at: error.position, error.message)
        }
        if let problem = report.all(.error).first {
            throw PIMError(.config, "bad list of nodes: \(problem)")
        }
        return Set(nodes)
    }
}

extension StoredNodes: Service {
    /// Writes changes until cancellation or graceful shutdown, and then once more. To be run once. A disk that cannot be
    /// written is no failure of the service.
    func run() async {
        writing.withLock { _ in file.removeAbandoned() }
        await cancelWhenGracefulShutdown {
            for await _ in self.signals {
                guard (try? self.write()) == nil else { continue }
                try? await Task.sleep(for: self.retrying)
            }
        }
        // What could not be written was logged.
        try? write()
    }
}

import GRDB
public import Logging
public import PIMCore
public import PIMPlugin
import Synchronization

/// The directory of all peers whose X25519 key this node knows (`peers.db`, `spec/daemon.md` §9).
///
/// The truth is in memory: look-ups and changes answer at once, from any thread, the event loop included. What changed
/// is marked and written by ``run()`` in the background, a row once however often it changed, so nothing queues up and
/// nothing gets lost while the disk is slow, full or read-only. Every change publishes its event in order.
///
/// It holds at most ``defaultLimit`` rows. Rows nobody ever linked with, sent to or imported go first.
public final class PeerKeystore: Sendable {
    /// The most rows (`design/extensions.md` §4).
    public static let defaultLimit = 10_000

    struct State {
        var table: PeerTable
        /// Rows that changed in memory and not yet in the file; a marked peer without a row is to be deleted there.
        var changed: Set<NodeID> = []
        /// Rows in which nothing but last-seen changed: they can wait.
        var touched: Set<NodeID> = []
        /// The marks grew too many, or the file has rows that memory has not: everything is written.
        var needsCompleteWrite = false
        /// Why the last write failed; `nil` after one that did not.
        var writeFailure: String?
    }

    let state: Mutex<State>
    let database: KeystoreDatabase
    let logger: Logger
    let timing: Timing
    /// Says that there is something to write. One unread signal is enough.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let events: PeerEventHub
    private let limit: Int

    /// Opens or creates the file.
    ///
    /// - Parameters:
    ///   - path: Missing parent directories are made, mode 0700.
    ///   - events: Where changes are published.
    /// - Throws: Category `io` when the file cannot be made, or is damaged or no database: it is named and left alone.
    public convenience init(path: String, events: PeerEventHub, logger: Logger) throws(PIMError) {
        try self.init(path: path, events: events, logger: logger, limit: Self.defaultLimit)
    }

    init(
        path: String, events: PeerEventHub, logger: Logger, limit: Int, timing: Timing = Timing(),
        prepare: @escaping @Sendable (Database) throws -> Void = { _ in }
    ) throws(PIMError) {
        let (database, content) = try KeystoreDatabase.open(path: path, limit: limit, prepare: prepare)
        var state = State(table: PeerTable(rows: content.rows, limit: limit))
        state.needsCompleteWrite = content.isTruncated
        state.writeFailure = content.writeFailure
        if let failure = content.writeFailure {
            logger.error(
                "peer directory cannot be written and goes on in memory",
                metadata: ["path": "\(path)", "error": "\(failure)"])
        }
        self.state = Mutex(state)
        self.database = database
        self.events = events
        self.logger = logger
        self.limit = limit
        self.timing = timing
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        if content.isTruncated { signal.yield() }
    }

    // MARK: - Looking up

    /// The pinned key of a peer.
    public func x25519Key(of peer: NodeID) -> X25519PublicKey? { record(of: peer)?.key }

    /// The name of a peer, possibly empty; `nil` for an unknown one.
    public func name(of peer: NodeID) -> String? { record(of: peer)?.name }

    public func record(of peer: NodeID) -> PeerRecord? {
        state.withLock { $0.table.rows[peer] }
    }

    /// All rows as they are now.
    public func allRecords() -> [NodeID: PeerRecord] {
        state.withLock { $0.table.rows }
    }

    // MARK: - Changing

    /// Takes in what a peer, or somebody in its name, announced. Never waits.
    ///
    /// - Parameters:
    ///   - arrival: How it came, for the event.
    ///   - announce: Whether an accepted announcement is published. A conflict of keys always is, at most every ten
    ///     seconds for one peer.
    @discardableResult
    public func record(
        _ announcement: KeyAnnouncement, via arrival: PayloadArrival, announce: Bool
    ) -> RecordOutcome {
        let peer = announcement.peer
        let (outcome, conflict) = state.withLock { state -> (RecordOutcome, KeyConflict?) in
            let before = state.table.rows[peer]
            let outcome = state.table.record(announcement)
            var conflict: KeyConflict?
            switch outcome {
            case .inserted(let evicted):
                mark(peer, &state)
                for other in evicted { forget(other, &state) }
            case .refreshed:
                markDifference(of: peer, since: before, &state)
            case .replaced(let previous):
                mark(peer, &state)
                conflict = KeyConflict(kept: announcement.key, refused: previous)
            case .conflict(let kept):
                guard state.table.shouldReportConflict(of: peer, at: announcement.time) else { return (outcome, nil) }
                let conflict = KeyConflict(kept: kept, refused: announcement.key)
                events.publish(.keyConflict(peer: peer, kept: conflict.kept, refused: conflict.refused))
                return (outcome, conflict)
            case .ignored, .full:
                return (outcome, nil)
            }
            if let conflict {
                events.publish(.keyConflict(peer: peer, kept: conflict.kept, refused: conflict.refused))
            }
            if announce, let row = state.table.rows[peer] {
                events.publish(.seen(peer: peer, key: row.key, name: row.name, via: arrival))
            }
            return (outcome, conflict)
        }
        if let conflict {
            logger.warning(
                "peer announced another key than the known one",
                metadata: ["peer": "\(peer)", "kept": "\(conflict.kept)", "refused": "\(conflict.refused)"])
        }
        return outcome
    }

    private struct KeyConflict {
        var kept: X25519PublicKey
        var refused: X25519PublicKey
    }

    /// Takes in a key the operator gives. Never waits; ``flush()`` makes sure it is on the disk.
    ///
    /// - Parameters:
    ///   - name: Kept if it is not empty.
    ///   - time: Milliseconds since the Unix epoch.
    ///   - evicting: Called with every peer that had to make room.
    public func importIdentity(
        _ key: X25519PublicKey, of peer: NodeID, name: String, at time: UInt64, evicting: (NodeID) -> Void = { _ in }
    ) -> ImportOutcome {
        let (outcome, evicted) = state.withLock { state -> (ImportOutcome, [NodeID]) in
            let (outcome, evicted) = state.table.importKey(key, of: peer, name: name, at: time)
            if case .keyMismatch = outcome { return (outcome, []) }
            mark(peer, &state)
            for other in evicted { forget(other, &state) }
            if let row = state.table.rows[peer] {
                events.publish(.seen(peer: peer, key: row.key, name: row.name, via: .direct))
            }
            return (outcome, evicted)
        }
        evicted.forEach(evicting)
        return outcome
    }

    /// Remembers that this node sent the peer something, which makes its row worth keeping. Never waits.
    public func noteContact(with peer: NodeID) {
        state.withLock { state in
            if state.table.noteContact(with: peer) { mark(peer, &state) }
        }
    }

    /// Remembers when a peer was heard last, in milliseconds since the Unix epoch. Never waits.
    func noteHeard(_ peer: NodeID, at time: UInt64) {
        state.withLock { state in
            let before = state.table.rows[peer]
            state.table.noteHeard(peer, at: time)
            markDifference(of: peer, since: before, &state)
        }
    }

    /// Remembers the features a peer proved freshly, its pin (`design/extensions.md` §1). Never waits.
    func notePin(_ pin: UInt32, of peer: NodeID) {
        state.withLock { state in
            if state.table.notePin(pin, of: peer) { mark(peer, &state) }
        }
    }

    /// Deletes a row. Never waits.
    ///
    /// - Returns: Whether there was one.
    public func forget(_ peer: NodeID) -> Bool {
        state.withLock { state in
            guard state.table.remove(peer) else { return false }
            forget(peer, &state)
            return true
        }
    }

    /// Deletes the rows last seen before a time, in milliseconds since the Unix epoch, but for peers in use.
    ///
    /// - Parameter isInUse: Called with the directory locked: it must answer from memory and not come back here.
    /// - Returns: The deleted peers, longest unseen first.
    public func expire(lastSeenBefore time: UInt64, unless isInUse: (NodeID) -> Bool) -> [NodeID] {
        state.withLock { state in
            let expired = state.table.removeRows(lastSeenBefore: time, unless: isInUse)
            for peer in expired { forget(peer, &state) }
            return expired
        }
    }

    // MARK: - Marks

    /// A row left the table: the file and everybody else learn it.
    private func forget(_ peer: NodeID, _ state: inout State) {
        mark(peer, &state)
        events.publish(.forgotten(peer: peer))
    }

    private func markDifference(of peer: NodeID, since before: PeerRecord?, _ state: inout State) {
        guard var before, let after = state.table.rows[peer], !after.isStoredLike(before) else { return }
        before.lastSeen = after.lastSeen
        if after.isStoredLike(before) {
            if !state.changed.contains(peer) { state.touched.insert(peer) }
        } else {
            mark(peer, &state)
        }
    }

    private func mark(_ peer: NodeID, _ state: inout State) {
        state.touched.remove(peer)
        state.changed.insert(peer)
        // Strangers that come and go while the disk is full must not grow the marks: one mark for all is enough.
        if state.changed.count > 2 * limit {
            state.changed.removeAll()
            state.touched.removeAll()
            state.needsCompleteWrite = true
        }
        signal.yield()
    }

    /// Asks ``run()`` to write once more.
    func requestWrite() { signal.yield() }
}

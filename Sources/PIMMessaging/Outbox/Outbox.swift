internal import PIMCore
internal import PIMRPC

/// Which messages of ours wait for a receipt, and which of them should leave now.
///
/// A value without clock, randomness or I/O: times and jitter are parameters. It knows sizes and times, never text: the
/// messages themselves are on disk, and what is in here is rebuilt from there after a restart.
///
/// Bounded by ``OutboxLimits``: a message that does not fit is refused before it is stored. At most
/// ``ResendPolicy/window`` messages are under way to one peer.
struct Outbox: Sendable {
    let limits: OutboxLimits
    private(set) var entries: [MessageID: OutboxEntry] = [:]
    var lines: [NodeID: OutboxLine] = [:]
    private(set) var bytes = 0
    private var nextSequence: UInt64 = 0
    /// Not later than the earliest `due` of a message in flight.
    private var earliestDue: MonotonicTime?
    /// Not later than the earliest `expires`.
    private var earliestExpiry: MonotonicTime?

    init(limits: OutboxLimits) {
        self.limits = limits
    }

    var count: Int { entries.count }
}

// MARK: Coming and going

extension Outbox {
    /// Makes room for a message about to be stored.
    ///
    /// - Returns: `false`, and nothing happened, if there is none.
    mutating func reserve(_ id: MessageID, for peer: NodeID, size: Int, now: MonotonicTime) -> Bool {
        guard entries.count < limits.messages, bytes + size <= limits.bytes, entries[id] == nil else { return false }
        add(id, for: peer, size: size, stage: .storing, wasSent: false, expires: now.advanced(by: limits.lifetime))
        return true
    }

    /// Takes back a message found on disk at start, beyond the limits if it must be: what was accepted is kept.
    /// Whatever was in flight when the daemon stopped may be lost, so it waits to be sent again at once.
    mutating func restore(_ message: WaitingMessage, age: Duration, now: MonotonicTime) {
        guard entries[message.id] == nil else { return }
        add(
            message.id, for: message.peer, size: message.size, stage: .waiting, wasSent: message.wasSent,
            expires: now.advanced(by: limits.lifetime - age))
        enqueue(message.id)
    }

    /// The message is on disk.
    ///
    /// - Returns: what ``settle(_:since:_:now:jitter:)`` wants to know if it is to be sent at once, or `nil` if it has
    ///   to wait behind others of its peer.
    mutating func committed(_ id: MessageID) -> OutboxLine.News? {
        guard let entry = entries[id], entry.stage == .storing, let line = lines[entry.peer] else { return nil }
        guard !line.isBacklogged else {
            enqueue(id)
            return nil
        }
        move(id, to: .sending(since: line.news))
        return line.news
    }

    /// The message was acknowledged, given up or deleted, or could not be stored.
    mutating func remove(_ id: MessageID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        bytes -= entry.size
        if entry.stage.isActive { lines[entry.peer]?.active -= 1 }
        lines[entry.peer]?.remove(sequence: entry.sequence)
        lines[entry.peer]?.members.remove(id)
        if lines[entry.peer]?.members.isEmpty == true { lines[entry.peer] = nil }
    }

    /// As ``remove(_:)``, if the message is for this peer: nobody else's receipt counts. Older ones that are overdue
    /// now that a younger one has its receipt go again.
    ///
    /// - Returns: whether others wait for the place it leaves.
    mutating func acknowledge(_ id: MessageID, from peer: NodeID, now: MonotonicTime) -> Bool {
        guard let entry = entries[id], entry.peer == peer else { return false }
        remove(id)
        guard let line = lines[peer] else { return false }
        if line.gapSearchAt <= now {
            lines[peer]?.gapSearchAt = now.advanced(by: .seconds(1))
            for older in line.members {
                guard let other = entries[older], case .inFlight = other.stage, other.sequence < entry.sequence,
                    let patienceEnds = other.patienceEnds, patienceEnds <= now
                else { continue }
                enqueue(older)
            }
        }
        return lines[peer]?.waiting.isEmpty == false
    }

    /// Forgets what is stored for a peer, or for all; what is just being stored stays.
    mutating func removeStored(of peer: NodeID? = nil) {
        let ids = peer.map { Array(lines[$0]?.members ?? []) } ?? Array(entries.keys)
        for id in ids where entries[id]?.stage != .storing { remove(id) }
    }

    private mutating func add(
        _ id: MessageID, for peer: NodeID, size: Int, stage: OutboxEntry.Stage, wasSent: Bool, expires: MonotonicTime
    ) {
        entries[id] = OutboxEntry(
            peer: peer, size: size, sequence: nextSequence, expires: expires, stage: stage, wasSent: wasSent)
        nextSequence += 1
        bytes += size
        lines[peer, default: OutboxLine()].members.insert(id)
        earliestExpiry = min(earliestExpiry ?? expires, expires)
    }

    /// Puts a message into its peer's line.
    private mutating func enqueue(_ id: MessageID) {
        guard let entry = entries[id] else { return }
        move(id, to: .waiting)
        lines[entry.peer]?.insert(id, sequence: entry.sequence)
    }

    /// Changes a message's stage and keeps count of what is under way to its peer.
    private mutating func move(_ id: MessageID, to stage: OutboxEntry.Stage) {
        guard let entry = entries[id] else { return }
        entries[id]?.stage = stage
        lines[entry.peer]?.active += (stage.isActive ? 1 : 0) - (entry.stage.isActive ? 1 : 0)
    }
}

// MARK: Leaving

extension Outbox {
    /// Peers with waiting messages whose line may be tried now.
    func readyPeers(now: MonotonicTime) -> [NodeID] {
        lines.filter { _, line in
            guard let readyAt = line.readyAt else { return false }
            return !line.waiting.isEmpty && line.active < ResendPolicy.window && readyAt <= now
        }.map(\.key)
    }

    /// What is known of the way to a peer, to be asked before looking for one; ``deferLine(of:since:now:)`` wants to know.
    func news(of peer: NodeID) -> OutboxLine.News { lines[peer]?.news ?? OutboxLine.News() }

    /// Takes the oldest waiting messages of a peer; each must be ``settle(_:since:_:now:jitter:)``d.
    mutating func take(from peer: NodeID, limit: Int) -> [(id: MessageID, since: OutboxLine.News)] {
        guard let line = lines[peer] else { return [] }
        let news = line.news
        let ids = lines[peer]?.take(min(limit, max(0, ResendPolicy.window - line.active))) ?? []
        for id in ids { move(id, to: .sending(since: news)) }
        return ids.map { ($0, news) }
    }

    /// Puts what is due for a resend back into the lines, ready to leave.
    mutating func requeueDue(now: MonotonicTime) {
        guard let earliest = earliestDue, earliest <= now else { return }
        var next: MonotonicTime?
        for (id, entry) in entries {
            guard case .inFlight(let due) = entry.stage else { continue }
            if due <= now {
                enqueue(id)
                lines[entry.peer]?.readyAt = now
            } else {
                next = min(next ?? due, due)
            }
        }
        earliestDue = next
    }

    /// Takes out what nobody acknowledged in its lifetime.
    mutating func expire(now: MonotonicTime) -> [(id: MessageID, peer: NodeID)] {
        guard let earliest = earliestExpiry, earliest <= now else { return [] }
        let expired = entries.filter { $0.value.expires <= now && $0.value.stage != .storing }
        for id in expired.keys { remove(id) }
        earliestExpiry = entries.values.map(\.expires).min()
        return expired.map { ($0.key, $0.value.peer) }
    }

    /// Notes how an attempt ended.
    ///
    /// - Returns: whether the message left for the first time.
    mutating func settle(
        _ id: MessageID, since news: OutboxLine.News, _ attempt: SendAttempt, now: MonotonicTime, jitter: Double
    ) -> Bool {
        guard var entry = entries[id], entry.stage == .sending(since: news), let line = lines[entry.peer] else {
            return false
        }
        switch attempt {
        case .accepted(let isSealed):
            let isFirst = !entry.wasSent
            entry.wasSent = true
            entry.attempts += 1
            entry.lastAttempt = now
            let due = now.advanced(
                by: ResendPolicy.wait(afterAttempt: entry.attempts, isSealed: isSealed, jitter: jitter))
            entries[id] = entry
            move(id, to: .inFlight(due: due))
            // What it left by has gone since: it has to leave again.
            if line.news.losses != news.losses { enqueue(id) } else { earliestDue = min(earliestDue ?? due, due) }
            lines[entry.peer]?.isCongested = false
            return isFirst
        case .congested:
            enqueue(id)
            lines[entry.peer]?.isCongested = true
            lines[entry.peer]?.readyAt = now.advanced(by: ResendPolicy.congestion)
        case .refused:
            enqueue(id)
            lines[entry.peer]?.isCongested = false
            if line.news.openings == news.openings {
                lines[entry.peer]?.readyAt = now.advanced(by: ResendPolicy.refusal)
            }
        case .unreachable:
            enqueue(id)
            deferLine(of: entry.peer, since: news, now: now)
        }
        return false
    }

    /// There is no way to the peer: its line is tried again when one appears, or after a while.
    ///
    /// - Parameter news: What was known before there turned out to be none; a way that appeared since counts.
    mutating func deferLine(of peer: NodeID, since news: OutboxLine.News, now: MonotonicTime) {
        guard lines[peer]?.news.openings == news.openings else { return }
        lines[peer]?.isCongested = false
        lines[peer]?.readyAt = now.advanced(by: ResendPolicy.rescan)
    }

    /// Whether something waits only for a full queue to empty.
    var isCongested: Bool { lines.values.contains { $0.isCongested && !$0.waiting.isEmpty } }

    /// Whether there is something to do by now.
    func isDue(now: MonotonicTime) -> Bool {
        if let earliestDue, earliestDue <= now { return true }
        if let earliestExpiry, earliestExpiry <= now { return true }
        return !readyPeers(now: now).isEmpty
    }
}

// MARK: News from the mesh

extension Outbox {
    /// There may be a way to the peer now.
    mutating func reachable(_ peer: NodeID) {
        lines[peer]?.news.openings += 1
        lines[peer]?.readyAt = .zero
    }

    /// There may be a way to anybody now.
    mutating func allReachable() {
        for peer in lines.keys { reachable(peer) }
    }

    /// The way to the peer is gone, and with it perhaps what was on it: everything unacknowledged goes again when there
    /// is one. That is no harm to a reference node: it would have acknowledged at once.
    mutating func lost(_ peer: NodeID) {
        guard let line = lines[peer] else { return }
        lines[peer]?.news.losses += 1
        for id in line.members {
            if case .inFlight = entries[id]?.stage { enqueue(id) }
        }
    }

    /// Something happened by which messages in flight may have been lost: what had time enough to be acknowledged goes
    /// again soon.
    ///
    /// - Parameter peer: `nil` for all.
    mutating func doubt(_ peer: NodeID? = nil, now: MonotonicTime) {
        let ids = peer.map { Array(lines[$0]?.members ?? []) } ?? Array(entries.keys)
        for id in ids {
            guard let entry = entries[id], case .inFlight(let due) = entry.stage,
                let patienceEnds = entry.patienceEnds
            else { continue }
            let sooner = min(due, max(now, patienceEnds))
            move(id, to: .inFlight(due: sooner))
            earliestDue = min(earliestDue ?? sooner, sooner)
        }
    }
}

import PIMCore

/// The configured targets and what stands between this node and each of them. Targets are tried for ever
/// (`spec/daemon.md` §28.21), unless links to the node that lives there make another one unnecessary.
struct DialSchedule: Sendable {
    enum State: Sendable, Hashable {
        case waiting(until: MonotonicTime)
        case dialing(DialID)
        /// The link stands, its handshake or its confirmation is outstanding.
        case linked(LinkID)
        /// A session with the target's node stands, on whichever link.
        case reached(NodeID)
        /// The node that has to answer there is revoked: no attempt is made.
        case barred
    }

    struct Entry: Sendable {
        var target: DialTarget
        var state: State
        /// Attempts since the last session.
        var failures = 0
        /// Who answered there last.
        var node: NodeID?
        /// The host the last connection led to.
        var host: String?
        /// The link of its own over which it reached the node; `nil` when links of others made that unnecessary.
        var link: LinkID?
        var lastFailure: String?
        fileprivate var reachedAt: MonotonicTime?
        /// What `failures` goes on from when the session did not stand.
        fileprivate var earlierFailures = 0

        /// Whether a link to this host is what another dial would lead to, as far as one knows before.
        func leads(to remote: String) -> Bool { host == remote || LinkPath.host(of: target.address) == remote }
    }

    /// In the order of the configuration.
    private(set) var entries: [Entry] = []
    private var lastDial: UInt64 = 0

    /// Replaces the targets; those that stay keep their state, new ones are due at once.
    mutating func replaceTargets(_ targets: [DialTarget], at time: MonotonicTime) {
        entries = targets.map { target in
            entries.first { $0.target == target }
                ?? Entry(target: target, state: .waiting(until: time), node: target.node)
        }
    }

    /// Starts the attempts that are due. One that needs a barred node is not made.
    ///
    /// - Parameter covered: For each entry, whether the links that stand make a dial unnecessary.
    mutating func startDue(
        at time: MonotonicTime, covered: [Bool], isBarred: (NodeID) -> Bool
    ) -> [(DialID, address: String)] {
        var started: [(DialID, address: String)] = []
        for (index, isCovered) in zip(entries.indices, covered) {
            guard case .waiting(let due) = entries[index].state, due <= time else { continue }
            if let node = entries[index].node, isCovered {
                entries[index].state = .reached(node)
                continue
            }
            if let node = entries[index].target.node, isBarred(node) {
                bar(node, reason: LinkCloseReason.revoked.description)
                continue
            }
            let dial = makeDial()
            entries[index].state = .dialing(dial)
            started.append((dial, address: entries[index].target.address))
        }
        return started
    }

    /// A number no attempt of this node has had, to whatever kind of target.
    mutating func makeDial() -> DialID {
        lastDial += 1
        return DialID(rawValue: lastDial)
    }

    /// Whether the target a node was last reached at is being tried.
    func isAttempting(_ node: NodeID) -> Bool {
        entries.contains { entry in
            guard entry.node == node else { return false }
            switch entry.state {
            case .dialing, .linked: return true
            case .waiting, .reached, .barred: return false
            }
        }
    }

    /// The target a connection was made for; `nil` when it is no longer wanted.
    mutating func opened(_ dial: DialID, link: LinkID, host: String) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.state == .dialing(dial) }) else { return nil }
        entries[index].state = .linked(link)
        entries[index].host = host
        return entries[index]
    }

    func entry(of link: LinkID) -> Entry? {
        entries.first { $0.state == .linked(link) }
    }

    /// The peer on this link has proven to be `node`, and the session is confirmed.
    mutating func reached(_ node: NodeID, over link: LinkID, at time: MonotonicTime, covered: [Bool]) {
        for (index, isCovered) in zip(entries.indices, covered) {
            if entries[index].state == .linked(link) {
                entries[index].node = node
                entries[index].link = link
                entries[index].state = .reached(node)
                entries[index].reachedAt = time
                entries[index].earlierFailures = entries[index].failures
                entries[index].failures = 0
                entries[index].lastFailure = nil
            } else if entries[index].node == node, case .waiting = entries[index].state, isCovered {
                entries[index].state = .reached(node)
                entries[index].failures = 0
                entries[index].lastFailure = nil
            }
        }
    }

    /// Another link to `node` stays, this one goes: its target needs nothing more.
    mutating func superseded(_ link: LinkID, by node: NodeID) {
        for index in entries.indices where entries[index].state == .linked(link) || entries[index].link == link {
            entries[index].node = node
            entries[index].state = .reached(node)
            entries[index].link = nil
            entries[index].reachedAt = nil
        }
    }

    /// A link to `node` is lost or silent: targets that needed none of their own may need one now.
    mutating func reconsider(_ node: NodeID, at time: MonotonicTime) {
        for index in entries.indices where entries[index].state == .reached(node) && entries[index].link == nil {
            entries[index].state = .waiting(until: time)
        }
    }

    /// The target of a link that was silent for long is tried again, whatever becomes of the link.
    mutating func retry(_ link: LinkID, at time: MonotonicTime) {
        for index in entries.indices where entries[index].link == link {
            entries[index].link = nil
            entries[index].state = .waiting(until: time)
        }
    }

    /// The attempts that this ends, by dial, link or node; each waits as long as `delay` says for its number of failures.
    /// One whose session stood for `standing` begins anew.
    mutating func failed(
        where matches: (Entry) -> Bool, reason: String, at time: MonotonicTime, standing: Duration = .zero,
        delay: (Int) -> Duration
    ) -> [(address: String, delay: Duration)] {
        var delayed: [(address: String, delay: Duration)] = []
        for index in entries.indices where matches(entries[index]) {
            if let since = entries[index].reachedAt, since.advanced(by: standing) > time {
                entries[index].failures = entries[index].earlierFailures
            }
            entries[index].reachedAt = nil
            entries[index].link = nil
            entries[index].failures += 1
            entries[index].lastFailure = reason
            let wait = delay(entries[index].failures)
            entries[index].state = .waiting(until: time.advanced(by: wait))
            delayed.append((address: entries[index].target.address, delay: wait))
        }
        return delayed
    }

    /// Ends the attempts for targets where this node has to answer. Where anybody may, attempts go on: another node may live
    /// there by now.
    mutating func bar(_ node: NodeID, reason: String) {
        for index in entries.indices where entries[index].target.node == node {
            entries[index].state = .barred
            entries[index].lastFailure = reason
        }
    }

    /// Makes the targets that were barred, and those where the node answered last, due.
    mutating func unbar(_ node: NodeID, at time: MonotonicTime) {
        for index in entries.indices where entries[index].node == node || entries[index].target.node == node {
            switch entries[index].state {
            case .barred, .waiting:
                entries[index].state = .waiting(until: time)
                entries[index].failures = 0
                entries[index].lastFailure = nil
            case .dialing, .linked, .reached: break
            }
        }
    }

    /// Makes every waiting target due and forgets its back-off; those that were content with links of others look again.
    mutating func hurry(at time: MonotonicTime) {
        for index in entries.indices {
            entries[index].failures = 0
            entries[index].earlierFailures = 0
            switch entries[index].state {
            case .waiting(let until) where until > time: entries[index].state = .waiting(until: time)
            case .reached where entries[index].link == nil: entries[index].state = .waiting(until: time)
            default: break
            }
        }
    }

    var nextDeadline: MonotonicTime? {
        entries.compactMap { entry in
            if case .waiting(let due) = entry.state { due } else { nil }
        }.min()
    }
}

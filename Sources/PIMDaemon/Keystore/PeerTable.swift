import PIMCore

/// The rows of the peer directory and the rules of what replaces what. A value without clock or disk.
struct PeerTable {
    /// Between two reports of conflicting keys of one peer, in milliseconds.
    static let conflictReportInterval: UInt64 = 10_000

    let limit: Int
    private(set) var rows: [NodeID: PeerRecord]

    /// - Parameter limit: The most rows, at least 1. `rows` must not have more.
    init(rows: [NodeID: PeerRecord] = [:], limit: Int) {
        self.limit = limit
        self.rows = rows
    }

    mutating func record(_ announcement: KeyAnnouncement) -> RecordOutcome {
        let name = Self.bounded(announcement.name)
        guard var row = rows[announcement.peer] else {
            var row = PeerRecord(
                key: announcement.key, keyState: announcement.state, name: name, seen: announcement.time)
            row.wasLinked = announcement.isLinked
            guard let evicted = makeRoom(for: row) else { return .full }
            rows[announcement.peer] = row
            return .inserted(evicted: evicted)
        }
        let isIgnored = row.keyState == .verified && announcement.state != .verified
        guard SafetyRule.keyPinning.permits(!isIgnored) else { return .ignored }
        if row.key == announcement.key {
            row.lastSeen = max(row.lastSeen, announcement.time)
            // A claim does not rename a peer that has proved more than that.
            if announcement.state >= min(row.keyState, .neighbour) || row.name.isEmpty { row.name = name }
            row.keyState = max(row.keyState, announcement.state)
            row.wasLinked = row.wasLinked || announcement.isLinked
            rows[announcement.peer] = row
            return .refreshed
        }
        guard SafetyRule.keyPinning.permits(announcement.state > row.keyState) else { return .conflict(kept: row.key) }
        let previous = row.key
        row.key = announcement.key
        row.keyState = announcement.state
        row.name = name
        row.lastSeen = max(row.lastSeen, announcement.time)
        row.wasLinked = row.wasLinked || announcement.isLinked
        rows[announcement.peer] = row
        return .replaced(previous: previous)
    }

    /// Whether a conflict of keys is to be reported now: not more often than every ten seconds for one peer.
    mutating func shouldReportConflict(of peer: NodeID, at time: UInt64) -> Bool {
        guard let row = rows[peer] else { return false }
        // The wall clock may have been set back; that is no reason to fall silent.
        if let last = row.lastConflict, time >= last, time - last < Self.conflictReportInterval { return false }
        rows[peer]?.lastConflict = time
        return true
    }

    /// - Parameter name: Taken over if it is not empty.
    mutating func importKey(
        _ key: X25519PublicKey, of peer: NodeID, name: String, at time: UInt64
    ) -> (outcome: ImportOutcome, evicted: [NodeID]) {
        let name = Self.bounded(name)
        if var row = rows[peer] {
            guard row.key == key || row.keyState == .claimed else { return (.keyMismatch(existing: row.key), []) }
            let outcome: ImportOutcome = row.key == key ? .refreshed : .inserted
            if row.key != key || !name.isEmpty { row.name = name }
            row.key = key
            row.keyState = max(row.keyState, .imported)
            row.lastSeen = max(row.lastSeen, time)
            row.wasImported = true
            rows[peer] = row
            return (outcome, [])
        }
        var row = PeerRecord(key: key, keyState: .imported, name: name, seen: time)
        row.wasImported = true
        let evicted = makeRoom(for: row) ?? []
        rows[peer] = row
        return (.inserted, evicted)
    }

    /// - Returns: Whether that was news.
    mutating func noteContact(with peer: NodeID) -> Bool {
        guard rows[peer]?.wasContacted == false else { return false }
        rows[peer]?.wasContacted = true
        return true
    }

    mutating func noteHeard(_ peer: NodeID, at time: UInt64) {
        guard let row = rows[peer], row.lastSeen < time else { return }
        rows[peer]?.lastSeen = time
    }

    /// - Returns: Whether that was news. An unknown peer has nothing to pin.
    mutating func notePin(_ pin: UInt32, of peer: NodeID) -> Bool {
        guard let row = rows[peer], row.pin != pin else { return false }
        rows[peer]?.pin = pin
        return true
    }

    mutating func remove(_ peer: NodeID) -> Bool {
        rows.removeValue(forKey: peer) != nil
    }

    /// Removes what was last seen before a time, but for those in use.
    ///
    /// - Returns: The removed ones, oldest first.
    mutating func removeRows(lastSeenBefore time: UInt64, unless isInUse: (NodeID) -> Bool) -> [NodeID] {
        let old = rows.filter { $0.value.lastSeen < time && !isInUse($0.key) }
        for peer in old.keys { rows[peer] = nil }
        return old.sorted { ($0.value.lastSeen, $0.key) < ($1.value.lastSeen, $1.key) }.map(\.key)
    }

    /// Removes the least worthy rows if the table is full, the longest unseen of them first. A few at once, so that a
    /// flood of new peers does not search the whole table each time.
    ///
    /// - Returns: The removed ones; `nil` when `candidate` itself would be the first to go.
    private mutating func makeRoom(for candidate: PeerRecord) -> [NodeID]? {
        guard rows.count >= limit else { return [] }
        let least = rows.values.lazy.map(\.worth).min() ?? .hearsay
        guard candidate.worth >= least else { return nil }
        let count = least == .chosen ? 1 : max(1, limit / 64)
        let victims = rows.filter { $0.value.worth == least }.sorted {
            ($0.value.lastSeen, $0.key) < ($1.value.lastSeen, $1.key)
        }.prefix(count).map(\.key)
        for peer in victims { rows[peer] = nil }
        return victims
    }

    /// At most 255 bytes, cut between characters, as it would travel.
    private static func bounded(_ name: String) -> String {
        guard name.utf8.count > 255 else { return name }
        var size = 0
        return String(
            name.prefix { character in
                size += character.utf8.count
                return size <= 255
            })
    }
}

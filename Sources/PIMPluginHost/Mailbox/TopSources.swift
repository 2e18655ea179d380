internal import PIMCore

/// The sources that lost the most payloads, in a table of fixed size whoever sends.
///
/// When a source comes that has no entry and the table is full, it takes over the smallest entry, count included (the
/// space-saving algorithm): whoever causes more than one in `limit` of all drops is certainly listed, so a flooder cannot
/// hide behind made-up sources. What an entry took over is kept apart and not reported as that source's own.
struct TopSources {
    private struct Entry {
        var source: NodeID
        var total: UInt64
        var inherited: UInt64
    }

    private let limit: Int
    private var entries: [Entry] = []

    init(limit: Int) {
        self.limit = limit
    }

    mutating func count(_ source: NodeID, _ amount: UInt64 = 1) {
        if let known = entries.firstIndex(where: { $0.source == source }) {
            entries[known].total += amount
        } else if entries.count < limit {
            entries.append(Entry(source: source, total: amount, inherited: 0))
        } else if let least = entries.indices.min(by: { entries[$0].total < entries[$1].total }) {
            let inherited = entries[least].total
            entries[least] = Entry(source: source, total: inherited + amount, inherited: inherited)
        }
    }

    /// The sources with what they certainly lost, most first.
    var ranking: [SourceDrops] {
        entries
            .map { SourceDrops(source: $0.source, dropped: $0.total - $0.inherited) }
            .sorted { $0.dropped == $1.dropped ? $0.source < $1.source : $0.dropped > $1.dropped }
    }
}

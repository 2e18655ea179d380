internal import PIMCore

/// What was dropped, by reason and by source; bounded whoever sends.
struct DropLedger {
    private(set) var total: UInt64 = 0
    private var mailboxFull: UInt64 = 0
    private var noPlugin: UInt64 = 0
    private var notRunning: UInt64 = 0
    private var insecure: UInt64 = 0
    private var shutdown: UInt64 = 0
    private var sources: TopSources

    init(sources limit: Int) {
        sources = TopSources(limit: limit)
    }

    mutating func count(_ reason: DropReason, from source: NodeID) {
        total += 1
        switch reason {
        case .mailboxFull: mailboxFull += 1
        case .noPlugin: noPlugin += 1
        case .shutdown: shutdown += 1
        case .insufficientSecurity: insecure += 1
        default: notRunning += 1
        }
        sources.count(source)
    }

    /// Counts by reason, reasons that never occurred left out.
    var byReason: [DropReason: UInt64] {
        let counts: [(DropReason, UInt64)] = [
            (.mailboxFull, mailboxFull), (.noPlugin, noPlugin), (.notRunning, notRunning), (.shutdown, shutdown),
            (.insufficientSecurity, insecure),
        ]
        return Dictionary(uniqueKeysWithValues: counts.filter { $0.1 > 0 })
    }

    var snapshot: PayloadDrops {
        PayloadDrops(total: total, byReason: byReason, topSources: sources.ranking)
    }
}

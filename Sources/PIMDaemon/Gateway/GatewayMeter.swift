internal import PIMCore
internal import PIMHost

/// Turns what the kernel's table has counted into totals and rates. The table starts at 0 whenever it is replaced; totals
/// go on.
struct GatewayMeter: Sendable {
    /// Bytes out of the mesh, and into it.
    private(set) var sent: UInt64 = 0
    private(set) var received: UInt64 = 0
    /// Bits per second between the last two readings that were far enough apart.
    private(set) var sentRate: UInt64 = 0
    private(set) var receivedRate: UInt64 = 0
    /// Packets not let through, by reason.
    private(set) var dropped: [GatewayCounter: UInt64] = [:]
    private var last: [GatewayCounter: GatewayCount] = [:]
    /// Where the interval that the next rates are about begins.
    private var start: (time: MonotonicTime, sent: UInt64, received: UInt64)?

    /// Readings closer to each other than this give no rate.
    private static let shortestInterval = Duration.milliseconds(500)

    /// Takes a reading of the table.
    mutating func read(_ counts: [GatewayCounter: GatewayCount], at time: MonotonicTime) {
        for (counter, count) in counts {
            let before = last[counter] ?? GatewayCount()
            switch counter {
            case .sent: sent &+= Self.growth(before.bytes, count.bytes)
            case .received: received &+= Self.growth(before.bytes, count.bytes)
            default: dropped[counter, default: 0] &+= Self.growth(before.packets, count.packets)
            }
        }
        last = counts
        guard let start else {
            self.start = (time, sent, received)
            return
        }
        let elapsed = start.time.duration(to: time)
        guard elapsed >= Self.shortestInterval else { return }
        sentRate = Self.rate(sent &- start.sent, in: elapsed)
        receivedRate = Self.rate(received &- start.received, in: elapsed)
        self.start = (time, sent, received)
    }

    /// A counter that went back belongs to a new table.
    private static func growth(_ before: UInt64, _ now: UInt64) -> UInt64 { now >= before ? now - before : now }

    private static func rate(_ bytes: UInt64, in elapsed: Duration) -> UInt64 {
        UInt64(Double(bytes) * 8 / (elapsed / .seconds(1)))
    }
}

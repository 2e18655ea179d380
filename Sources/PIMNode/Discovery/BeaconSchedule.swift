public import PIMCore

/// When this node announces itself: some times in a row at the start and whenever something changes, then at its interval,
/// and less often once nothing has changed for long (`spec/discovery.md` §12.8).
public struct BeaconSchedule: Sendable {
    /// Beacons in a row, so that one lost datagram costs no interval.
    static let burst = 3
    /// Beacons without news after which the neighbourhood counts as stable.
    static let patience = 12
    static let spread = 0.8...1.2

    private let interval: Duration
    private let stableInterval: Duration
    private let spacing: Duration
    private var left = Self.burst
    private var quiet = 0
    private var lastSent: MonotonicTime?
    /// When the next one is due.
    public private(set) var due: MonotonicTime

    /// - Parameters:
    ///   - interval: `discovery.broadcast_interval_ms`.
    ///   - timeout: `discovery.peer_timeout_ms`, which others may be presumed to have too: a third of it is the longest
    ///     pause, so that two beacons in a row may get lost.
    public init(interval: Duration, timeout: Duration, at time: MonotonicTime) {
        self.interval = interval
        stableInterval = max(interval, min(interval * 2, timeout / 3))
        spacing = min(interval, .seconds(1))
        due = time
    }

    /// A network appeared or changed: whoever is there knows nothing of this node.
    public mutating func linkUp(at time: MonotonicTime) {
        left = Self.burst
        quiet = 0
        bringForward(to: time)
    }

    /// A node was found: it may have only just come and not have heard this one.
    public mutating func neighbourFound(at time: MonotonicTime) {
        quiet = 0
        bringForward(to: time)
    }

    /// However much happens, beacons keep a distance from each other: others can forge the occasions.
    private mutating func bringForward(to time: MonotonicTime) {
        let earliest = lastSent.map { max(time, $0.advanced(by: spacing)) } ?? time
        due = min(due, earliest)
    }

    /// A beacon was sent.
    public mutating func sent(at time: MonotonicTime, using random: inout some RandomNumberGenerator) {
        lastSent = time
        left = max(0, left - 1)
        quiet += 1
        let period = left > 0 ? spacing : quiet > Self.patience ? stableInterval : interval
        let nanoseconds = Double(period.wholeNanoseconds) * Double.random(in: Self.spread, using: &random)
        due = time.advanced(by: .nanoseconds(Int64(nanoseconds)))
    }
}

import DequeModule
import PIMCore

/// Outstanding pings and the smoothed round-trip times of the links they were answered on (`spec/routing.md` §12, §16.9).
struct RoundTrips: Sendable {
    static let lifetime = Duration.seconds(30)
    /// Pings remembered; the oldest gives way.
    static let capacity = 256

    private struct Ping: Sendable {
        var nonce: UInt64
        var link: LinkID
        var sent: MonotonicTime
    }

    private var outstanding: Deque<Ping> = []
    /// Nanoseconds.
    private var smoothed: [LinkID: Int64] = [:]

    mutating func sent(_ nonce: UInt64, over link: LinkID, at time: MonotonicTime) {
        while let oldest = outstanding.first,
            outstanding.count >= Self.capacity || oldest.sent.advanced(by: Self.lifetime) <= time
        {
            outstanding.removeFirst()
        }
        outstanding.append(Ping(nonce: nonce, link: link, sent: time))
    }

    /// A pong came on the link; `false` when it answers no ping sent there.
    mutating func received(_ nonce: UInt64, over link: LinkID, at time: MonotonicTime) -> Bool {
        let match = outstanding.firstIndex { $0.nonce == nonce && SafetyRule.pongSender.permits($0.link == link) }
        guard let match else { return false }
        let sample = outstanding.remove(at: match).sent.duration(to: time).wholeNanoseconds
        smoothed[link] = smoothed[link].map { $0 + (sample - $0) / 8 } ?? sample
        return true
    }

    mutating func forget(_ link: LinkID) {
        smoothed[link] = nil
        outstanding.removeAll { $0.link == link }
    }

    /// Milliseconds, rounded down; `nil` before the first answer.
    func milliseconds(over link: LinkID) -> UInt32? {
        smoothed[link].map { UInt32(clamping: $0 / 1_000_000) }
    }

    /// The same, exactly.
    func duration(over link: LinkID) -> Duration? { smoothed[link].map { .nanoseconds($0) } }
}

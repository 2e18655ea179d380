import DequeModule
import PIMCore

/// Outstanding pings and the smoothed round-trip times of the peers that answered (`spec/routing.md` §12, §16.9).
struct RoundTrips: Sendable {
    static let lifetime = Duration.seconds(30)
    /// Pings remembered; the oldest gives way.
    static let capacity = 256

    private struct Ping: Sendable {
        var nonce: UInt64
        var peer: NodeID
        var sent: MonotonicTime
    }

    private var outstanding: Deque<Ping> = []
    /// Nanoseconds.
    private var smoothed: [NodeID: Int64] = [:]

    mutating func sent(_ nonce: UInt64, to peer: NodeID, at time: MonotonicTime) {
        while let oldest = outstanding.first,
            outstanding.count >= Self.capacity || oldest.sent.advanced(by: Self.lifetime) <= time
        {
            outstanding.removeFirst()
        }
        outstanding.append(Ping(nonce: nonce, peer: peer, sent: time))
    }

    /// A pong came from `peer`; `false` when it answers no ping sent to that peer.
    mutating func received(_ nonce: UInt64, from peer: NodeID, at time: MonotonicTime) -> Bool {
        let match = outstanding.firstIndex { $0.nonce == nonce && $0.peer == peer }
        guard let match else { return false }
        let sample = outstanding.remove(at: match).sent.duration(to: time).wholeNanoseconds
        smoothed[peer] = smoothed[peer].map { $0 + (sample - $0) / 8 } ?? sample
        return true
    }

    mutating func forget(_ peer: NodeID) {
        smoothed[peer] = nil
        outstanding.removeAll { $0.peer == peer }
    }

    /// Milliseconds, rounded down; `nil` before the first answer.
    func milliseconds(to peer: NodeID) -> UInt32? {
        smoothed[peer].map { UInt32(clamping: $0 / 1_000_000) }
    }
}

/// How good a gateway is; lower is better (`spec/routing.md` §12).
struct GatewayScore: Sendable, Hashable, Comparable {
    let value: UInt32

    /// - Parameters:
    ///   - load: 0 idle to 255 saturated; 0 where unknown.
    ///   - roundTrip: milliseconds; `nil` where unknown.
    init(hops: UInt8, load: UInt8, roundTrip: UInt32?) {
        value = UInt32(hops) * 100 + UInt32(load) / 2 + (roundTrip ?? 0) / 10
    }

    static func < (left: GatewayScore, right: GatewayScore) -> Bool { left.value < right.value }

    /// Whether this one is so much better that changing over can be worth the connections it breaks.
    func clearlyBeats(_ other: GatewayScore) -> Bool {
        guard value < other.value else { return false }
        let gain = UInt64(other.value - value)
        return gain > 50 || gain * 5 > UInt64(other.value)
    }
}

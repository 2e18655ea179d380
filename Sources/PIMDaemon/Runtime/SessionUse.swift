internal import PIMCore
internal import PIMTransport

/// What the driver remembers about the session on a link.
struct SessionUse {
    /// Below this many frames under one key nobody needs to know.
    static let worthReporting: UInt64 = 1 << 20

    /// When the control plane was last told that a frame opened; `nil` under a new session.
    var lifeReported: MonotonicTime?
    private let base: UInt64

    /// A session that starts when the link has counted this much.
    init(since counters: LinkCounters) {
        base = Self.total(counters)
    }

    /// Frames sent and opened under the session; clear ones count too, which errs on the safe side.
    func frames(by counters: LinkCounters) -> UInt64 {
        Self.total(counters) &- base
    }

    private static func total(_ counters: LinkCounters) -> UInt64 {
        counters.framesSent &+ counters.framesOpened
    }
}

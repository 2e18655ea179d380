import PIMCore

/// One call of `ControlPlane.handle`: its time, its source of randomness, and the effects collected so far, in order.
struct Step<Random: RandomNumberGenerator> {
    let now: Moment
    var random: Random
    var effects: [ControlEffect] = []
    /// Events that plugins may answer with a send: they follow the forwarding table the send will need.
    var announcements: [NodeEvent] = []
    /// Peers whose session was confirmed in this step: they get this node's table, whatever the pace of the others.
    var newcomers: [NodeID] = []

    var time: MonotonicTime { now.monotonic }

    init(now: Moment, random: Random) {
        self.now = now
        self.random = random
    }

    mutating func emit(_ effect: ControlEffect) { effects.append(effect) }

    mutating func announce(_ event: NodeEvent) { announcements.append(event) }

    /// A duration drawn evenly from `duration` times the range.
    mutating func draw(_ duration: Duration, times range: ClosedRange<Double>) -> Duration {
        let nanoseconds = Double(duration.wholeNanoseconds) * Double.random(in: range, using: &random)
        return .nanoseconds(Int64(nanoseconds))
    }

    mutating func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}

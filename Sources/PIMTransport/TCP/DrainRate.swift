import PIMCore

/// How fast a connection takes bytes when it has always something to send, and what follows for how much to give it.
///
/// What was given to the socket is in front of everything that comes later, pings included: it should be no more than the
/// connection moves in `reach` (`design/extensions.md` §5). Knows no clock.
struct DrainRate: Equatable {
    /// How long what is given to the socket may take to leave it.
    static let reach = Duration.milliseconds(20)
    /// Shorter intervals say little.
    private static let interval = Duration.milliseconds(20)
    static let least = 8 << 10
    static let most = 128 << 10

    /// Bytes the connection moves in `reach`; `most` as long as nobody knows.
    private(set) var allowance = DrainRate.most
    private var estimate = DrainRate.most
    private var bytes = 0
    private var since: MonotonicTime?

    /// Bytes were given to the socket.
    mutating func noteWritten(_ count: Int) { bytes += count }

    /// The socket takes bytes again after it had enough; returns whether the allowance has changed much.
    ///
    /// - Parameter isBacklogged: Whether there is more to send: only then the time until the next call says how fast the
    ///   connection is.
    mutating func noteWritable(isBacklogged: Bool, at time: MonotonicTime) -> Bool {
        guard let since else {
            if isBacklogged { start(at: time) }
            return false
        }
        let elapsed = since.duration(to: time)
        guard elapsed >= Self.interval else {
            if !isBacklogged { self.since = nil }
            return false
        }
        let moved = Double(bytes) * Double(Self.reach.wholeNanoseconds) / Double(max(1, elapsed.wholeNanoseconds))
        let measured = min(max(Int(moved), Self.least), Self.most)
        if isBacklogged { start(at: time) } else { self.since = nil }
        // Half of the way there: one interval may be an exception.
        estimate = (estimate + measured) / 2
        // Small steps are not worth telling the socket.
        guard abs(estimate - allowance) * 4 > allowance else { return false }
        allowance = estimate
        return true
    }

    private mutating func start(at time: MonotonicTime) {
        since = time
        bytes = 0
    }
}

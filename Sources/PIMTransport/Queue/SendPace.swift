/// How many frames a second go to a reference node, which drops what is more than 200 (`spec/routing.md` §2,
/// `design/extensions.md` §7).
///
/// Knows no clock: its owner calls `refill` every `interval` while that is needed. Late calls only make it slower.
public struct SendPace: Sendable, Hashable {
    /// What the owner waits between two refills.
    public static let interval = Duration.milliseconds(20)
    private static let frame = 10
    private static let burst = 20 * frame
    /// 190 frames a second.
    private static let refill = 38
    /// What frames that do not wait may run up.
    private static let debt = 200 * frame

    private var tokens = SendPace.burst

    public init() {}

    /// Whether a frame that can wait may leave now.
    var permits: Bool { tokens >= Self.frame }

    /// Whether `refill` does anything.
    var needsRefill: Bool { tokens < Self.burst }

    /// A frame leaves. Frames that do not wait count as well.
    mutating func spend() {
        tokens = max(-Self.debt, tokens - Self.frame)
    }

    mutating func refill() {
        tokens = min(Self.burst, tokens + Self.refill)
    }

    /// What may leave all at once when the link closes: with what went before it is less than the other end takes.
    mutating func makeAllowanceForTheEnd() {
        tokens = max(tokens, 200 * Self.frame)
    }
}

internal import PIMCore

/// When a message that left but was not acknowledged is sent again.
///
/// A reference node acknowledges at once, and counts a message it gets twice as two unread ones (`spec/messaging.md`
/// §18.4). A message that left under a session went to a node of our kind, which knows duplicates: it goes again after
/// ``patience``. To anybody else, without a sign that something was lost, not before a minute. The signs, each of which a
/// reference node would have outrun by far:
///
/// | sign | what goes again |
/// |---|---|
/// | the route to the peer vanished, and there is one again | what is unacknowledged, at once |
/// | this daemon was restarted | what is unacknowledged, at once |
/// | the peer introduced itself anew (it may have been restarted, or have another key) | what is overdue by ``patience`` |
/// | a link of this node broke, or peer events were missed | what is overdue by ``patience``, to anybody |
/// | a younger message has its receipt | older ones to the peer that are overdue by ``patience`` |
enum ResendPolicy {
    /// The wait after the first attempt, to a node that may be a reference node.
    static let first: Duration = .seconds(60)
    /// The wait that doubling does not exceed.
    static let longest: Duration = .seconds(600)
    /// With a sign that something may have been lost on the way, and always under a session: a receipt later than this is
    /// a missing one.
    static let patience: Duration = .seconds(5)
    /// Unacknowledged messages under way to one peer; further ones wait for a receipt. A receiver's mailbox holds 256
    /// payloads from all its sources: what exceeds it is lost and costs a minute.
    static let window = 128
    /// How soon a congested link is tried again.
    static let congestion: Duration = .milliseconds(20)
    /// How soon a peer is tried again that has a route which did not work.
    static let refusal: Duration = .seconds(1)
    /// How long after a failed attempt a peer is tried again although nothing was heard of a new route.
    static let rescan: Duration = .seconds(30)

    /// The wait after an attempt, counted from 1: ``patience`` or ``first``, doubling to ten minutes, and up to a quarter longer by chance, so
    /// that messages that were sent together do not return together.
    ///
    /// - Parameters:
    ///   - isSealed: Whether the attempt was sealed from end to end.
    ///   - jitter: 0..<1.
    static func wait(afterAttempt attempt: Int, isSealed: Bool, jitter: Double) -> Duration {
        let doubled = (isSealed ? patience : first) * (1 << min(max(attempt, 1) - 1, 8))
        return min(doubled, longest) * (1 + min(max(jitter, 0), 1) / 4)
    }
}

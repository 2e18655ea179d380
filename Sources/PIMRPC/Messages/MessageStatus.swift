/// What is known about the fate of a message (`spec/messaging.md` §10).
public enum MessageStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Stored here and waiting for its first chance to leave.
    case pending
    /// Left this node at least once; not acknowledged yet.
    case sent
    /// Stored by the receiver. Every received message begins here.
    case delivered
    /// Read by the receiver, or by us if it is a received one.
    case read
    /// Given up; the reason stands beside it. A late acknowledgement still lifts it.
    case failed
}

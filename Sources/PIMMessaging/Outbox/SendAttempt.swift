/// How an attempt to send a message ended, as far as the outbox is concerned.
enum SendAttempt: Sendable, Hashable {
    /// The mesh took it.
    case accepted
    /// A full queue on the way; soon again.
    case congested
    /// No route, no session or no key; again when that changes.
    case unreachable
}

/// How an attempt to send a message ended, as far as the outbox is concerned.
enum SendAttempt: Sendable, Hashable {
    /// The mesh took it.
    case accepted
    /// A full queue on the way; soon again.
    case congested
    /// The directory knows a route, but the mesh found no way just then, as happens while a session is being renewed; again
    /// in a second.
    case refused
    /// No route or no key; again when that changes.
    case unreachable
}

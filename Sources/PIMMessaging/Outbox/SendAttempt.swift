/// How an attempt to send a message ended, as far as the outbox is concerned.
enum SendAttempt: Sendable, Hashable {
    /// The mesh took it; sealed from end to end, or in a form a reference node may get.
    case accepted(isSealed: Bool)
    /// A full queue on the way; soon again.
    case congested
    /// The directory knows a route, but the mesh found no way just then, as happens while a session is being renewed; again
    /// in a second.
    case refused
    /// No route or no key; again when that changes.
    case unreachable

    var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }
}

/// What an ``Outbox`` holds, and for how long.
struct OutboxLimits: Sendable, Hashable {
    var messages: Int
    var bytes: Int
    /// After which a message without acknowledgement is given up.
    var lifetime: Duration
}

/// Why a peer is not connected although it is configured, or gets nothing although there is a way to it. Ours.
public struct PeerFailure: Codable, Sendable, Hashable {
    /// For people: `connection refused`, `the mesh secrets differ, …`.
    public var reason: String
    /// Attempts since the last session.
    public var attempts: UInt64
    /// When the next attempt comes; null while one is under way and where none will be made.
    @ExplicitNull public var retryInSeconds: UInt64?

    public init(reason: String, attempts: UInt64 = 0, retryInSeconds: UInt64? = nil) {
        self.reason = reason
        self.attempts = attempts
        self.retryInSeconds = retryInSeconds
    }

    enum CodingKeys: String, CodingKey {
        case reason, attempts
        case retryInSeconds = "retry_in_s"
    }
}

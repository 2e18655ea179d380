public import PIMCore

/// One plugin as `plugins.list` shows it.
public struct PluginSummary: Codable, Sendable, Hashable {
    /// A node whose payloads fill or overflow the mailbox.
    public struct Source: Codable, Sendable, Hashable {
        public var node: NodeID
        public var queued: Int
        public var dropped: UInt64

        public init(node: NodeID, queued: Int, dropped: UInt64) {
            self.node = node
            self.queued = queued
            self.dropped = dropped
        }
    }

    public var name: String
    /// `disabled`, `described`, `configured`, `starting`, `running`, `draining`, `stopped` or `failed`.
    public var phase: String
    /// When that phase began: UTC text, second precision.
    public var since: String
    /// The payload kinds it claims.
    public var kinds: [String]
    /// The prefix of its RPC methods and of its event stream.
    public var namespace: String
    /// `required` or `optional`.
    public var policy: String
    /// Payloads waiting in the mailbox.
    public var queued: Int
    public var handled: UInt64
    /// Handlers that threw.
    public var failed: UInt64
    /// Payloads lost, by reason.
    public var dropped: [String: UInt64]
    /// The sources with the most payloads queued or dropped, worst first.
    public var topSources: [Source]
    /// For how long a handler has not returned, once that is too long.
    @ExplicitNull public var stalledForSeconds: UInt64?
    @ExplicitNull public var lastError: String?

    public init(
        name: String, phase: String, since: String, kinds: [String], namespace: String, policy: String, queued: Int,
        handled: UInt64, failed: UInt64, dropped: [String: UInt64], topSources: [Source], stalledForSeconds: UInt64?,
        lastError: String?
    ) {
        self.name = name
        self.phase = phase
        self.since = since
        self.kinds = kinds
        self.namespace = namespace
        self.policy = policy
        self.queued = queued
        self.handled = handled
        self.failed = failed
        self.dropped = dropped
        self.topSources = topSources
        self.stalledForSeconds = stalledForSeconds
        self.lastError = lastError
    }

    enum CodingKeys: String, CodingKey {
        case name, phase, since, kinds, namespace, policy, queued, handled, failed, dropped
        case topSources = "top_sources"
        case stalledForSeconds = "stalled_for_s"
        case lastError = "last_error"
    }
}

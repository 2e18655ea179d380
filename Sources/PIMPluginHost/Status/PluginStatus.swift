public import PIMPlugin

/// What the host knows about one plugin at one moment.
public struct PluginStatus: Sendable, Hashable {
    public var name: String
    public var rpcNamespace: String
    public var phase: PluginPhase
    /// How long it has been in this phase.
    public var phaseAge: Duration
    /// The kinds it receives: those it claims and no plugin before it did.
    public var kinds: [String]
    public var policy: PluginFailurePolicy
    /// Whether it asked for the node's signing seed and the operator agreed.
    public var holdsSigningSeed: Bool
    /// Payloads that wait.
    public var queued: Int
    /// Handlers that run now.
    public var handling: Int
    /// Handlers that returned without an error.
    public var handled: UInt64
    /// Handlers that threw.
    public var failed: UInt64
    public var drops: PayloadDrops
    /// How long the longest running handler over the limit has been running; `nil`: none is over it.
    public var stalledFor: Duration?
    /// Why it failed, or what it last threw, for people.
    public var lastError: String?
}

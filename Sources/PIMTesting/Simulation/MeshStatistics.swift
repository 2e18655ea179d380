/// What a simulation did so far.
public struct MeshStatistics: Sendable, Hashable {
    /// Steps of virtual time.
    public var events = 0
    /// Forwarding tables that were published.
    public var tableChanges = 0
    /// Clear frames that control planes had sent, and their payload bytes.
    public var controlFrames = 0
    public var controlBytes = 0
    public var routeUpdates = 0
    /// Mesh frames that relays passed on.
    public var relayedFrames = 0
    /// Plugin payloads that arrived.
    public var payloads = 0

    public init() {}
}

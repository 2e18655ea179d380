public import PIMCore
public import PIMPlugin

/// A payload that a plugin handed to its sender, with the answer it got.
public struct SentPayload: Sendable, Hashable {
    public var plugin: String
    public var source: NodeID
    public var destination: NodeID
    public var kind: String
    public var body: [UInt8]
    public var route: PayloadRoute
    public var result: SendResult
}

/// What happens to an accepted payload on its way.
public enum Transit: Sendable, Hashable {
    case deliver
    /// It is lost, as on a congested or broken path; the sender is not told.
    case lose
    /// It arrives twice.
    case duplicate
    /// It waits until ``PluginMesh/releaseHeld()``.
    case hold
}

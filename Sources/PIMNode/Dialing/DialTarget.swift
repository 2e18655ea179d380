public import PIMCore

/// A place this node keeps a link to, as configured (`spec/config.md`, `[[peers]]`).
public struct DialTarget: Sendable, Hashable {
    /// `host:port`, resolved by the transport at every attempt.
    public var address: String
    /// The NodeID that has to answer there; `nil` accepts whoever does.
    public var node: NodeID?

    public init(address: String, node: NodeID? = nil) {
        self.address = address
        self.node = node
    }
}

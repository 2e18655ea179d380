public import PIMWire

/// What the peer directory remembers of a node and the engine acts upon.
public struct KnownPeer: Sendable, Hashable {
    /// The features the node last proved freshly: its pin. Empty when there is none (`design/extensions.md` §1).
    public var pin: FeatureSet
    /// Whether the node has signed its key and name (§3).
    public var isVerified: Bool

    public init(pin: FeatureSet = [], isVerified: Bool = false) {
        self.pin = pin
        self.isVerified = isVerified
    }
}

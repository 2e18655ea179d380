public import PIMCore
public import PIMCrypto
public import PIMWire

/// How payloads to another node travel at present. `design/extensions.md` §6.
public enum PayloadCarriage: Sendable, Hashable {
    /// Nobody knows yet, or the node is known to have sessions: payloads wait for one.
    case awaitingSession
    /// Sealed under this session.
    case sealed(SessionID)
    /// As the reference sends them, for any node on the way to read.
    case reference
}

/// What the data plane has to do about sessions between nodes.
public enum SessionEffect: Sendable {
    /// Open frames with these keys from now on.
    case add(EndToEndKeys, peer: NodeID)
    /// What the node a session is about to stand with has just proven that it understands.
    case features(NodeID, FeatureSet)
    /// Forget the keys.
    case remove(SessionID)
    /// The session stands: seal with it, first what waits. The node that made the offer sends an empty frame when nothing
    /// does, so that the other one knows.
    case establish(SessionID, peer: NodeID, isInitiator: Bool)
    /// Payloads to the node wait for a session, or travel in reference form, what waits included.
    case carry(NodeID, PayloadCarriage)
}

public import PIMCore
public import PIMWire

/// Everything that can happen to the control plane. Time and randomness come with the call, not with the input.
public enum ControlInput: Sendable {
    /// A connection stands and the preamble went over it. `preamble` is the NodeID an accepted connection claimed; `nil`
    /// on a connection this node dialled.
    case linkOpened(LinkID, direction: LinkDirection, preamble: NodeID?, remoteAddress: String)
    /// A connection is gone, for whatever reason.
    case linkClosed(LinkID)
    /// A dial did not get as far as a connection.
    case dialFailed(DialID, reason: String)
    /// A handshake message arrived. The link reads nothing more until the effects of this input are carried out.
    case handshake(LinkID, HandshakeMessage)
    /// The payload of a clear 0x03, 0x04 or 0x05 frame on a link that has a session.
    case clearFrame(LinkID, FrameType, [UInt8])
    /// A Data frame opened on this link: proof of life, and the key confirmation an initiator waits for.
    case dataOpened(LinkID)
    /// A frame could not be opened or decoded on this link.
    case badFrame(LinkID)
    /// A routed control frame other than PluginPayload reached this node.
    case routedControl(source: NodeID, ControlFrame, via: LinkID)
    /// Time passed. The driver calls it at the time `ControlPlane.nextDeadline` asks for, or later.
    case tick
    /// A new value of a part of the configuration that can change while running.
    case request(ControlRequest)
}

/// What the daemon asks of the control plane.
public enum ControlRequest: Sendable {
    /// Sends Goodbye to every peer; nothing is dialled or accepted any more.
    case shutDown
    /// Sends this node's PeerInfo, routed, to every destination now.
    case broadcastIdentity
}

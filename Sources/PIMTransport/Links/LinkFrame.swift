public import NIOCore
public import PIMCore
public import PIMWire

/// What a link hands up: one for each message of the stream.
public enum LinkFrame: Sendable {
    /// A handshake message; the only thing a link without a session yields.
    case handshake(HandshakeMessage)
    /// The payload of a RouteUpdate, Heartbeat or Control frame, on a link with a session: clear on a reference link,
    /// opened on a sealed one.
    case direct(FrameType, [UInt8])
    /// A Data frame that opened: the mesh header and the payload, exactly `payloadLength` bytes.
    case mesh(MeshHeader, ByteBuffer)
    /// A message nothing was done with, and why. The link stays.
    case dropped(MeshCounter)
}

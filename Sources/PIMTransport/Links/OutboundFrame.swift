public import NIOCore
public import PIMWire

/// What can be sent on a link.
public enum OutboundFrame: Sendable {
    /// A frame for the neighbour itself: clear on a reference link, sealed on a sealed one unless it is a Handshake.
    case direct(FrameType, [UInt8])
    /// A mesh frame, sealed when it is written. The payload length of the header is taken from the payload.
    case mesh(MeshHeader, ByteBuffer)
    /// The same with the payload in an array.
    case meshBytes(MeshHeader, [UInt8])
    /// A mesh frame of this node that holds packets of one flow: flows between the same two nodes share the link fairly.
    case packets(MeshHeader, ByteBuffer, flow: UInt64)

    /// Bytes of the transport frame's payload.
    var payloadLength: Int {
        switch self {
        case .direct(_, let payload): payload.count
        case .mesh(_, let payload), .packets(_, let payload, _): WireLimits.meshHeader + payload.readableBytes
        case .meshBytes(_, let payload): WireLimits.meshHeader + payload.count
        }
    }

    /// Whether the frame has a wire form at all.
    var isEncodable: Bool {
        switch self {
        case .direct(let type, _): type != .data && payloadLength <= WireLimits.streamPayload
        case .mesh, .meshBytes, .packets: payloadLength <= WireLimits.meshHeader + WireLimits.meshPayload
        }
    }

    /// Whether the frame needs a session.
    var isSealed: Bool {
        if case .direct = self { false } else { true }
    }
}

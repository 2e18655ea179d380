public import NIOCore
import PIMCore
import PIMCrypto
import PIMWire

extension LinkCodec {
    /// Bytes received that no event has used yet: less than one message, once `next()` returned `nil`.
    public var bufferedBytes: Int { inbound.bufferedBytes }

    /// Adds received bytes.
    public mutating func append(_ bytes: ByteBuffer) {
        append(owned: ByteBuffer(bytes: bytes.readableBytesView))
    }

    /// Adds received bytes without copying them: frames are opened in this storage, so nobody may read it any more.
    mutating func append(owned bytes: ByteBuffer) {
        counters.bytesReceived &+= UInt64(bytes.readableBytes)
        inbound.append(owned: bytes)
    }

    /// The next event; `nil` when more bytes are needed.
    ///
    /// - Throws: When nothing more can be read from this stream; the owner closes the link.
    public mutating func next() throws(LinkProtocolError) -> Event? {
        if awaitsPreamble {
            guard let bytes = inbound.takePreamble(NodeID.byteCount), let claimed = NodeID(bytes) else { return nil }
            awaitsPreamble = false
            return .preamble(claimed)
        }
        let limit = sessions.isInstalled ? WireLimits.streamMessage : configuration.strangerMessageLimit
        guard let piece = try inbound.next(limit: limit) else { return nil }
        counters.framesReceived &+= 1
        if !isAuthenticated, counters.framesReceived > configuration.strangerMessages {
            throw LinkProtocolError(.tooManyMessages)
        }
        let frame: LinkFrame
        switch piece {
        case .refused:
            frame = .dropped(.beforeSession)
        case .message(let length):
            frame = try interpret(length)
            inbound.consume(length)
        }
        if case .dropped = frame { counters.framesDropped &+= 1 }
        return .frame(frame)
    }

    /// Decodes the message at the front of the stream (`spec/wire.md` §6 and §7).
    private mutating func interpret(_ length: Int) throws(LinkProtocolError) -> LinkFrame {
        let decoded = inbound.withMessage(length) { Self.header(of: $0) }
        guard let header = decoded, header.frameLength <= length else { return .dropped(.malformedFrame) }
        switch header.type {
        case .data:
            return try openData(header)
        case .handshake:
            do {
                return .handshake(try HandshakeMessage.decode(payload(header)))
            } catch {
                return .dropped(.malformedHandshake)
            }
        case .routeUpdate, .heartbeat, .control:
            guard SafetyRule.sessionFirst.permits(sessions.isInstalled) else { return .dropped(.beforeSession) }
            if !SafetyRule.sealedLink.permits(!sessions.isSealed),
                let failure = try Self.open(header, in: inbound, with: &sessions)
            {
                return .dropped(failure)
            }
            return .direct(header.type, payload(header))
        case .fragment:
            return .dropped(.unusedFrameType)
        }
    }

    private static func header(of message: UnsafeMutableRawBufferPointer) -> TransportHeader? {
        try? TransportHeader.decode(UnsafeRawBufferPointer(message))
    }

    /// A copy of the payload of the message at the front.
    private func payload(_ header: TransportHeader) -> [UInt8] {
        inbound.withMessage(header.frameLength) {
            Array($0[WireLimits.transportHeader..<WireLimits.transportHeader + header.length])
        }
    }

    private mutating func openData(_ header: TransportHeader) throws(LinkProtocolError) -> LinkFrame {
        guard sessions.isInstalled else { return .dropped(.beforeSession) }
        if let failure = try Self.open(header, in: inbound, with: &sessions) { return .dropped(failure) }
        counters.framesOpened &+= 1
        let mesh = inbound.withMessage(header.frameLength) { Self.meshHeader(of: $0, length: header.length) }
        let offset = WireLimits.transportHeader + WireLimits.meshHeader
        guard let mesh, let payload = inbound.slice(at: offset, length: mesh.payloadLength) else {
            return .dropped(.malformedMeshFrame)
        }
        return .mesh(mesh, payload)
    }

    private static func open(
        _ header: TransportHeader, in stream: InboundStream, with sessions: inout LinkSessions
    ) throws(LinkProtocolError) -> MeshCounter? {
        try stream.withMessage(header.frameLength) { (frame) throws(LinkProtocolError) in
            try sessions.open(frame, prefix: header.nonce.prefix)
        }
    }

    private static func meshHeader(of frame: UnsafeMutableRawBufferPointer, length: Int) -> MeshHeader? {
        let plaintext = frame[WireLimits.transportHeader..<WireLimits.transportHeader + length]
        return try? MeshHeader(decoding: UnsafeRawBufferPointer(rebasing: plaintext))
    }
}

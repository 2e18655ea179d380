/// One frame on a link: header, payload, tag. `spec/wire.md` §6.
///
/// The packet path works on whole frames in one buffer and uses `TransportHeader` alone; this is the form for
/// everything that is not in a hurry.
public struct TransportFrame: Hashable, Sendable {
    public var type: FrameType
    public var nonce: Nonce
    public var payload: [UInt8]
    /// 16 bytes; zero on clear frames.
    public var tag: [UInt8]

    public init(type: FrameType, nonce: Nonce, payload: [UInt8], tag: [UInt8]) {
        self.type = type
        self.nonce = nonce
        self.payload = payload
        self.tag = tag
    }

    /// A clear frame: nonce and tag are zero.
    public init(clear type: FrameType, payload: [UInt8]) {
        self.init(type: type, nonce: .zero, payload: payload, tag: [UInt8](repeating: 0, count: WireLimits.tag))
    }

    /// - Throws: `tooLarge` for a payload that does not fit a stream message, `unencodable` for a tag that has not 16
    ///   bytes.
    public func encode() throws(WireError) -> [UInt8] {
        try encode(prefixed: false)
    }

    /// The frame behind its length, as it goes into a stream (§5). Throws like `encode()`.
    public func streamMessage() throws(WireError) -> [UInt8] {
        try encode(prefixed: true)
    }

    /// Reads one frame from the front of `bytes` and ignores what follows.
    ///
    /// - Throws: what `TransportHeader.decode` throws, then `truncated` when payload or tag are not complete.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> TransportFrame {
        let header = try TransportHeader.decode(bytes)
        var reader = ByteReader(bytes)
        _ = try reader.bytes(TransportHeader.byteCount)
        try reader.require(header.length + WireLimits.tag, "transport frame")
        return TransportFrame(
            type: header.type, nonce: header.nonce, payload: Array(try reader.bytes(header.length)),
            tag: Array(try reader.bytes(WireLimits.tag)))
    }

    public static func decode(_ bytes: [UInt8]) throws(WireError) -> TransportFrame {
        try decode(bytes[...])
    }

    private func encode(prefixed: Bool) throws(WireError) -> [UInt8] {
        guard payload.count <= WireLimits.streamPayload else { throw WireError(.tooLarge, "transport payload") }
        guard tag.count == WireLimits.tag else { throw WireError(.unencodable, "transport tag of \(tag.count) bytes") }
        let length = payload.count + WireLimits.transportOverhead
        var writer = ByteWriter(capacity: length + WireLimits.streamPrefix)
        if prefixed { writer.write(uint32: UInt32(length)) }
        writer.write(uint16: TransportHeader.magic)
        writer.write(uint8: TransportHeader.version)
        writer.write(uint8: type.rawValue)
        writer.write(uint32: UInt32(payload.count))
        writer.write(uint64: nonce.prefix)
        writer.write(uint32: nonce.counter)
        writer.write(bytes: payload)
        writer.write(bytes: tag)
        return writer.bytes
    }
}

public import PIMCore

/// A control message: the payload of a Control frame, or of a mesh frame with `isControl`. `spec/wire.md` §13.
public enum ControlFrame: Hashable, Sendable {
    /// The named node leaves. Reason 0: shutting down, 1: moving.
    case goodbye(NodeID, reason: UInt8)
    /// Known so that it is ignored; nobody sends it.
    case rekey
    case ping(UInt64)
    case pong(UInt64)
    case peerInfo(PeerInfo)
    case pluginPayload(PluginPayload)

    /// First byte. 0x01 and 0x02 are retired and must not decode (§13.2).
    public enum Tag {
        public static let goodbye: UInt8 = 3
        public static let rekey: UInt8 = 4
        public static let ping: UInt8 = 5
        public static let pong: UInt8 = 6
        public static let peerInfo: UInt8 = 7
        public static let pluginPayload: UInt8 = 8
    }

    /// - Throws: `unencodable` or `tooLarge` for a plugin payload that has no wire form.
    public func encode() throws(WireError) -> [UInt8] {
        var writer = ByteWriter(capacity: encodedCount)
        switch self {
        case .goodbye(let node, let reason):
            writer.write(uint8: Tag.goodbye)
            writer.write(nodeID: node)
            writer.write(uint8: reason)
        case .rekey:
            writer.write(uint8: Tag.rekey)
        case .ping(let nonce):
            writer.write(uint8: Tag.ping)
            writer.write(uint64: nonce)
        case .pong(let nonce):
            writer.write(uint8: Tag.pong)
            writer.write(uint64: nonce)
        case .peerInfo(let info):
            writer.write(uint8: Tag.peerInfo)
            info.write(to: &writer)
        case .pluginPayload(let payload):
            writer.write(uint8: Tag.pluginPayload)
            try payload.write(to: &writer)
        }
        return writer.bytes
    }

    /// Reads one frame from the front of `bytes` and ignores what follows, but for the trailer of a signed PeerInfo, which
    /// ends with `bytes`.
    ///
    /// - Throws: `truncated`, `unknownControlTag`, `notUTF8`, `badTrailer`.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> ControlFrame {
        var reader = ByteReader(bytes)
        try reader.require(1, "control frame")
        switch try reader.uint8() {
        case Tag.goodbye:
            try reader.require(17, "Goodbye")
            return .goodbye(try reader.nodeID(), reason: try reader.uint8())
        case Tag.rekey: return .rekey
        case Tag.ping: return .ping(try reader.uint64())
        case Tag.pong: return .pong(try reader.uint64())
        case Tag.peerInfo: return .peerInfo(try PeerInfo(from: &reader, of: bytes))
        case Tag.pluginPayload:
            let payload = bytes.withUnsafeBytes { raw in
                Result { () throws(WireError) in try PluginPayload(decoding: raw) }
            }
            return .pluginPayload(try payload.get())
        case let tag: throw WireError(.unknownControlTag, "\(tag)")
        }
    }

    public static func decode(_ bytes: [UInt8]) throws(WireError) -> ControlFrame {
        try decode(bytes[...])
    }

    /// The same for bytes that are not in an array. A plugin payload is read in place; the other frames are
    /// short, and a copy is made.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> ControlFrame {
        if bytes.first == Tag.pluginPayload { return .pluginPayload(try PluginPayload(decoding: bytes)) }
        return try decode(Array(bytes.prefix(WireLimits.signedPeerInfo + 1))[...])
    }

    private var encodedCount: Int {
        switch self {
        case .goodbye: 18
        case .rekey: 1
        case .ping, .pong: 9
        case .peerInfo(let info):
            info.trailer.map { $0.frameBeforeSignature.count + WireLimits.signature }
                ?? WireLimits.peerInfoHeader + min(info.name.utf8.count, WireLimits.name)
        case .pluginPayload(let payload): payload.encodedCount
        }
    }
}

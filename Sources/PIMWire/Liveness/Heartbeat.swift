public import PIMCore

/// A sign of life with gateway information, 58 bytes. `spec/wire.md` §12.
public struct Heartbeat: Hashable, Sendable {
    public var sender: NodeID
    /// Unix time.
    public var timestampMilliseconds: UInt64
    /// 0: the sender is a gateway; n: hops to its nearest gateway; 255: none known.
    public var gatewayHops: UInt8
    /// 0 (idle) to 255.
    public var load: UInt8
    /// The gateway's static key; 32 zero bytes on the wire are `nil`.
    public var gatewayKey: X25519PublicKey?

    /// `gatewayHops` of a node that knows no gateway.
    public static let noGateway: UInt8 = 255

    public init(
        sender: NodeID, timestampMilliseconds: UInt64, gatewayHops: UInt8 = Heartbeat.noGateway, load: UInt8 = 0,
        gatewayKey: X25519PublicKey? = nil
    ) {
        self.sender = sender
        self.timestampMilliseconds = timestampMilliseconds
        self.gatewayHops = gatewayHops
        self.load = load
        self.gatewayKey = gatewayKey
    }

    public func encode() -> [UInt8] {
        var writer = ByteWriter(capacity: WireLimits.heartbeat)
        writer.write(nodeID: sender)
        writer.write(uint64: timestampMilliseconds)
        writer.write(uint8: gatewayHops)
        writer.write(uint8: load)
        writer.write(bytes: gatewayKey?.bytes ?? [UInt8](repeating: 0, count: X25519PublicKey.byteCount))
        return writer.bytes
    }

    /// Reads one heartbeat from the front of `bytes` and ignores what follows.
    ///
    /// - Throws: `truncated` for fewer than 58 bytes.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Heartbeat {
        var reader = ByteReader(bytes)
        try reader.require(WireLimits.heartbeat, "heartbeat")
        var heartbeat = Heartbeat(
            sender: try reader.nodeID(), timestampMilliseconds: try reader.uint64(),
            gatewayHops: try reader.uint8(), load: try reader.uint8())
        let key = try reader.bytes(X25519PublicKey.byteCount)
        if key.contains(where: { $0 != 0 }) { heartbeat.gatewayKey = X25519PublicKey(key) }
        return heartbeat
    }

    public static func decode(_ bytes: [UInt8]) throws(WireError) -> Heartbeat {
        try decode(bytes[...])
    }
}

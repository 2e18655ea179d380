public import PIMCore

/// A mesh data frame with its payload: the plaintext of a Data frame. `spec/wire.md` §9.
public struct MeshFrame: Hashable, Sendable {
    public var source: NodeID
    public var destination: NodeID
    public var ttl: UInt8
    public var flags: MeshFlags
    public var payload: [UInt8]

    public init(
        source: NodeID, destination: NodeID, ttl: UInt8 = WireLimits.initialTTL, flags: MeshFlags = [],
        payload: [UInt8]
    ) {
        self.source = source
        self.destination = destination
        self.ttl = ttl
        self.flags = flags
        self.payload = payload
    }

    public init(_ header: MeshHeader, _ payload: [UInt8]) {
        self.init(
            source: header.source, destination: header.destination, ttl: header.ttl, flags: header.flags,
            payload: payload)
    }

    public var header: MeshHeader {
        MeshHeader(
            source: source, destination: destination, ttl: ttl, flags: flags, payloadLength: payload.count)
    }

    /// - Throws: `tooLarge` for a payload above 65,535 bytes.
    public func encode() throws(WireError) -> [UInt8] {
        guard let length = UInt16(exactly: payload.count) else { throw WireError(.tooLarge, "mesh payload") }
        var writer = ByteWriter(capacity: MeshHeader.byteCount + payload.count)
        writer.write(nodeID: source)
        writer.write(nodeID: destination)
        writer.write(uint32: 0)
        writer.write(uint8: ttl)
        writer.write(uint8: flags.rawValue)
        writer.write(uint16: length)
        writer.write(bytes: payload)
        return writer.bytes
    }

    /// Reads one frame from the front of `bytes` and ignores what follows. Throws like `MeshHeader.init(decoding:)`.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> MeshFrame {
        let header = try MeshHeader(decoding: bytes)
        var reader = ByteReader(bytes)
        _ = try reader.bytes(MeshHeader.byteCount)
        return MeshFrame(
            source: header.source, destination: header.destination, ttl: header.ttl, flags: header.flags,
            payload: Array(try reader.bytes(header.payloadLength)))
    }

    public static func decode(_ bytes: [UInt8]) throws(WireError) -> MeshFrame {
        try decode(bytes[...])
    }
}

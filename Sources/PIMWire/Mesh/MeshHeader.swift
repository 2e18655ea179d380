public import PIMCore

/// The first 40 bytes of a mesh data frame. `spec/wire.md` §9.
///
/// A value without heap storage: a relay reads one, lowers `ttl` and writes it back for every frame.
public struct MeshHeader: Hashable, Sendable {
    /// Size on the wire, in bytes.
    public static let byteCount = WireLimits.meshHeader

    /// The originator; a claim, since nothing authenticates it beyond the last hop (§20.5).
    public var source: NodeID
    /// The final destination.
    public var destination: NodeID
    public var ttl: UInt8
    public var flags: MeshFlags
    /// Bytes of payload, at most 65,535.
    public var payloadLength: Int

    public init(
        source: NodeID, destination: NodeID, ttl: UInt8 = WireLimits.initialTTL, flags: MeshFlags = [],
        payloadLength: Int
    ) {
        self.source = source
        self.destination = destination
        self.ttl = ttl
        self.flags = flags
        self.payloadLength = payloadLength
    }

    /// Reads the header at the front of a frame; the payload must be there too, what follows it is ignored.
    ///
    /// - Throws: `truncated` for fewer than 40 bytes, or fewer than 40 plus the payload length.
    public init(decoding frame: UnsafeRawBufferPointer) throws(WireError) {
        guard frame.count >= Self.byteCount else { throw WireError(.truncated, "mesh header") }
        payloadLength = Int(frame.bigEndian(at: 38, as: UInt16.self))
        guard frame.count - Self.byteCount >= payloadLength else { throw WireError(.truncated, "mesh payload") }
        source = frame.nodeID(at: 0)
        destination = frame.nodeID(at: 16)
        ttl = frame[36]
        flags = MeshFlags(rawValue: frame[37])
    }

    /// The same for bytes in an array.
    public init(decoding frame: ArraySlice<UInt8>) throws(WireError) {
        let header = frame.withUnsafeBytes { raw in
            Result { () throws(WireError) in try MeshHeader(decoding: raw) }
        }
        self = try header.get()
    }

    /// Writes the 40 bytes to the front of `buffer`, session id 0.
    ///
    /// - Throws: `truncated` when the buffer is shorter, `tooLarge` when the payload length is not 0 to 65,535.
    public func write(to buffer: UnsafeMutableRawBufferPointer) throws(WireError) {
        guard buffer.count >= Self.byteCount else { throw WireError(.truncated, "buffer for a mesh header") }
        guard let length = UInt16(exactly: payloadLength) else { throw WireError(.tooLarge, "mesh payload") }
        buffer.store(source, at: 0)
        buffer.store(destination, at: 16)
        buffer.store(bigEndian: UInt32(0), at: 32)
        buffer[36] = ttl
        buffer[37] = flags.rawValue
        buffer.store(bigEndian: length, at: 38)
    }
}

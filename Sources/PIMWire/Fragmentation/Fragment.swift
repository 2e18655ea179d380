/// A piece of a payload too large for a link: the payload of a mesh frame with `isFragment`. `spec/wire.md` §10.1.
public struct Fragment: Hashable, Sendable {
    /// One value per original payload, from a counter of the sender.
    public var id: UInt32
    /// Where the piece starts in the original payload, in bytes.
    public var offset: Int
    /// Bytes of the original payload.
    public var totalLength: Int
    public var piece: ArraySlice<UInt8>

    public init(id: UInt32, offset: Int, totalLength: Int, piece: ArraySlice<UInt8>) {
        self.id = id
        self.offset = offset
        self.totalLength = totalLength
        self.piece = piece
    }

    /// Whether the piece reaches the end of the payload.
    public var isLast: Bool { offset + piece.count == totalLength }

    /// - Throws: `tooLarge` for a total or an offset above 65,535, `badFragment` when the piece runs past the total.
    public func encode() throws(WireError) -> [UInt8] {
        guard let offset = UInt16(exactly: offset), let total = UInt16(exactly: totalLength) else {
            throw WireError(.tooLarge, "fragmented payload")
        }
        guard Int(offset) + piece.count <= Int(total) else { throw Self.pastTotal }
        var writer = ByteWriter(capacity: WireLimits.fragmentHeader + piece.count)
        writer.write(uint32: id)
        writer.write(uint16: offset)
        writer.write(uint16: total)
        writer.write(bytes: piece)
        return writer.bytes
    }

    /// Reads a fragment; the piece is whatever remains after the header.
    ///
    /// - Throws: `truncated` for fewer than 8 bytes, `badFragment` when the piece runs past the total.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Fragment {
        var reader = ByteReader(bytes)
        try reader.require(WireLimits.fragmentHeader, "fragment header")
        let id = try reader.uint32()
        let offset = Int(try reader.uint16())
        let total = Int(try reader.uint16())
        let piece = try reader.bytes(reader.remaining)
        guard offset + piece.count <= total else { throw pastTotal }
        return Fragment(id: id, offset: offset, totalLength: total, piece: piece)
    }

    public static func decode(_ bytes: [UInt8]) throws(WireError) -> Fragment {
        try decode(bytes[...])
    }

    private static let pastTotal = WireError(.badFragment, "piece runs past the total length")
}

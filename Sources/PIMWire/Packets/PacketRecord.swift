/// One packet inside of a sealed packet frame: `length u16 ‖ gso_size u16 ‖ packet`. `design/extensions.md` §5.
public struct PacketRecord {
    /// Bytes before the packet.
    public static let headerLength = 4
    /// The largest packet a frame holds.
    public static let largestPacket = WireLimits.meshPayload - WireLimits.sealedOverhead - headerLength

    public let header: IPHeader
    /// What it stands for; `nil` for a single packet.
    public let superPacket: SuperPacket?
    /// The packet, part of the frame.
    public let packet: UnsafeMutableRawBufferPointer

    /// Writes a record's first bytes.
    public static func writeHeader(length: Int, segmentSize: Int, to target: UnsafeMutableRawBufferPointer) {
        target.store(bigEndian: UInt16(truncatingIfNeeded: length), at: 0)
        target.store(bigEndian: UInt16(truncatingIfNeeded: segmentSize), at: 2)
    }

    /// Checks every record of an opened frame, then hands them out one by one: one bad record voids the frame.
    ///
    /// - Parameters:
    ///   - acceptsSuperPackets: Whether this node announced gso-packets.
    ///   - body: The record's packet lies in `plaintext`, and may be changed there.
    /// - Returns: How many there were.
    /// - Throws: `truncated` for a frame without records or a record that runs over, `unencodable` for one that breaks a
    ///   rule.
    @discardableResult
    public static func forEach(
        in plaintext: UnsafeMutableRawBufferPointer, acceptsSuperPackets: Bool, _ body: (PacketRecord) -> Void
    ) throws(WireError) -> Int {
        var offset = 0
        let first = try PacketRecord(plaintext, at: &offset, acceptsSuperPackets)
        guard offset < plaintext.count else {
            body(first)
            return 1
        }
        while offset < plaintext.count { _ = try PacketRecord(plaintext, at: &offset, acceptsSuperPackets) }
        offset = 0
        var count = 0
        while offset < plaintext.count {
            body(try PacketRecord(plaintext, at: &offset, acceptsSuperPackets))
            count += 1
        }
        return count
    }

    private init(
        _ plaintext: UnsafeMutableRawBufferPointer, at offset: inout Int, _ acceptsSuperPackets: Bool
    ) throws(WireError) {
        let bytes = UnsafeRawBufferPointer(plaintext)
        guard bytes.count - offset >= Self.headerLength else { throw WireError(.truncated, "packet record") }
        let length = Int(bytes.bigEndian(at: offset, as: UInt16.self))
        let segmentSize = Int(bytes.bigEndian(at: offset + 2, as: UInt16.self))
        let start = offset + Self.headerLength
        guard bytes.count - start >= length else { throw WireError(.truncated, "packet of a record") }
        packet = UnsafeMutableRawBufferPointer(rebasing: plaintext[start..<start + length])
        let view = UnsafeRawBufferPointer(packet)
        header = try IPHeader(decoding: view)
        guard header.packetLength == length else { throw WireError(.unencodable, "length of a packet") }
        offset = start + length
        guard segmentSize > 0 else {
            superPacket = nil
            return
        }
        let shape = try SuperPacket(view, header: header, segmentSize: segmentSize)
        guard acceptsSuperPackets, shape.isCarriable(in: view), shape.hasTravelChecksums(view) else {
            throw WireError(.unencodable, "super-packet")
        }
        superPacket = shape
    }
}

/// The shape of a TCP or UDP packet whose payload stands for several segments. `design/extensions.md` §5.
///
/// Made by checking the bytes; everything here then only touches offsets that were checked.
public struct SuperPacket: Hashable, Sendable {
    /// Payload bytes of a segment; the last one may be shorter.
    public let segmentSize: Int
    /// Where the transport header begins.
    public let transportOffset: Int
    /// Where the payload begins.
    public let payloadOffset: Int
    public let length: Int
    public let isIPv4: Bool
    public let isTCP: Bool

    /// Segments one may stand for.
    public static let segments = 2...128
    private static let tcpHeader = 20
    private static let udpHeader = 8
    private static let tcpFlags = 13
    private static let pushAndFinish: UInt8 = 0x09
    private static let congestionWindowReduced: UInt8 = 0x80

    public var segmentCount: Int { (length - payloadOffset + segmentSize - 1) / segmentSize }

    var checksumOffset: Int { isTCP ? 16 : 6 }

    /// Checks what can be cut at all: headers are whole, IP and UDP lengths cover the packet, no fragment, no extension
    /// header.
    ///
    /// - Throws: `truncated`, `unencodable`.
    public init(
        _ packet: UnsafeRawBufferPointer, header: IPHeader, segmentSize: Int
    ) throws(WireError) {
        guard segmentSize > 0, !header.isFragment, header.packetLength == packet.count else {
            throw WireError(.unencodable, "super-packet")
        }
        isIPv4 = header.isIPv4
        transportOffset = header.length
        length = packet.count
        self.segmentSize = segmentSize
        switch header.transport {
        case IPHeader.tcp:
            isTCP = true
            guard packet.count >= header.length + Self.tcpHeader else { throw WireError(.truncated, "TCP header") }
            let words = Int(packet[header.length + 12] >> 4)
            guard words >= 5 else { throw WireError(.unencodable, "TCP header length") }
            payloadOffset = header.length + words * 4
        case IPHeader.udp:
            isTCP = false
            guard packet.count >= header.length + Self.udpHeader else { throw WireError(.truncated, "UDP header") }
            guard Int(packet.bigEndian(at: header.length + 4, as: UInt16.self)) == packet.count - header.length else {
                throw WireError(.unencodable, "UDP length")
            }
            payloadOffset = header.length + Self.udpHeader
        default: throw WireError(.unencodable, "protocol of a super-packet")
        }
        guard payloadOffset < packet.count else { throw WireError(.truncated, "payload of a super-packet") }
    }

    /// Whether it may travel whole between two nodes: 2 to 128 segments, CWR not set.
    public func isCarriable(in packet: UnsafeRawBufferPointer) -> Bool {
        Self.segments.contains(segmentCount)
            && !(isTCP && packet[transportOffset + Self.tcpFlags] & Self.congestionWindowReduced != 0)
    }

    /// Whether checksums are those of a super-packet on its way: right in the IPv4 header, zero in TCP or UDP.
    public func hasTravelChecksums(_ packet: UnsafeRawBufferPointer) -> Bool {
        guard packet.bigEndian(at: transportOffset + checksumOffset, as: UInt16.self) == 0 else { return false }
        guard isIPv4 else { return true }
        let sum = InternetChecksum.add(UnsafeRawBufferPointer(rebasing: packet[..<transportOffset]))
        return InternetChecksum.fold(sum) == 0xffff
    }

    /// Gives the packet the checksums it travels with.
    public func writeTravelChecksums(_ packet: UnsafeMutableRawBufferPointer) {
        packet.storeBytes(of: 0, toByteOffset: transportOffset + checksumOffset, as: UInt16.self)
        if isIPv4 { Self.writeIPv4Checksum(packet, headerLength: transportOffset) }
    }

    /// Makes a packet that travelled ready for a TUN device that cuts it itself: its header, and the sum of the
    /// pseudo-header in the checksum field.
    public func prepareForDevice(_ packet: UnsafeMutableRawBufferPointer) -> VirtioHeader {
        let sum = Self.pseudoHeader(
            of: UnsafeRawBufferPointer(packet), isIPv4: isIPv4, transport: isTCP ? IPHeader.tcp : IPHeader.udp,
            length: length - transportOffset)
        packet.storeBytes(
            of: InternetChecksum.fold(sum), toByteOffset: transportOffset + checksumOffset, as: UInt16.self)
        return VirtioHeader(
            needsChecksum: true, segmentation: isTCP ? (isIPv4 ? .tcpIPv4 : .tcpIPv6) : .udp,
            headerLength: UInt16(truncatingIfNeeded: payloadOffset),
            segmentSize: UInt16(truncatingIfNeeded: segmentSize),
            checksumStart: UInt16(truncatingIfNeeded: transportOffset),
            checksumOffset: UInt16(truncatingIfNeeded: checksumOffset))
    }

    /// Bytes of the largest segment.
    public var largestSegment: Int { payloadOffset + min(segmentSize, length - payloadOffset) }

    /// Writes one segment as the kernel would cut it, checksums complete, and returns its length.
    ///
    /// - Parameters:
    ///   - index: Below `segmentCount`.
    ///   - target: At least `largestSegment` bytes.
    public func writeSegment(
        _ index: Int, of packet: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
    ) -> Int {
        let start = payloadOffset + index * segmentSize
        let end = min(start + segmentSize, length)
        let size = payloadOffset + end - start
        let segment = UnsafeMutableRawBufferPointer(rebasing: target[..<size])
        segment.copyBytes(from: packet[..<payloadOffset])
        UnsafeMutableRawBufferPointer(rebasing: segment[payloadOffset...]).copyBytes(from: packet[start..<end])
        if isIPv4 {
            segment.store(bigEndian: UInt16(truncatingIfNeeded: size), at: 2)
            let identification = packet.bigEndian(at: 4, as: UInt16.self)
            segment.store(bigEndian: identification &+ UInt16(truncatingIfNeeded: index), at: 4)
            Self.writeIPv4Checksum(segment, headerLength: transportOffset)
        } else {
            segment.store(bigEndian: UInt16(truncatingIfNeeded: size - IPHeader.ipv6Length), at: 4)
        }
        if isTCP {
            let sequence = packet.bigEndian(at: transportOffset + 4, as: UInt32.self)
            segment.store(
                bigEndian: sequence &+ UInt32(truncatingIfNeeded: index * segmentSize), at: transportOffset + 4)
            if end < length { segment[transportOffset + Self.tcpFlags] &= ~Self.pushAndFinish }
            if index > 0 { segment[transportOffset + Self.tcpFlags] &= ~Self.congestionWindowReduced }
        } else {
            segment.store(bigEndian: UInt16(truncatingIfNeeded: size - transportOffset), at: transportOffset + 4)
        }
        Self.writeTransportChecksum(
            segment, isIPv4: isIPv4, transport: isTCP ? IPHeader.tcp : IPHeader.udp, at: transportOffset,
            checksumOffset: checksumOffset)
        return size
    }

    private static func writeIPv4Checksum(_ packet: UnsafeMutableRawBufferPointer, headerLength: Int) {
        packet.storeBytes(of: 0, toByteOffset: 10, as: UInt16.self)
        let sum = InternetChecksum.add(UnsafeRawBufferPointer(rebasing: packet[..<headerLength]))
        packet.storeBytes(of: InternetChecksum.finish(sum), toByteOffset: 10, as: UInt16.self)
    }

    static func writeTransportChecksum(
        _ packet: UnsafeMutableRawBufferPointer, isIPv4: Bool, transport: UInt8, at offset: Int, checksumOffset: Int
    ) {
        packet.storeBytes(of: 0, toByteOffset: offset + checksumOffset, as: UInt16.self)
        let bytes = UnsafeRawBufferPointer(packet)
        let pseudo = pseudoHeader(of: bytes, isIPv4: isIPv4, transport: transport, length: packet.count - offset)
        var value = InternetChecksum.finish(
            InternetChecksum.add(UnsafeRawBufferPointer(rebasing: bytes[offset...]), to: pseudo))
        // In UDP zero means that there is none.
        if value == 0, transport == IPHeader.udp { value = 0xffff }
        packet.storeBytes(of: value, toByteOffset: offset + checksumOffset, as: UInt16.self)
    }

    private static func pseudoHeader(
        of packet: UnsafeRawBufferPointer, isIPv4: Bool, transport: UInt8, length: Int
    ) -> UInt64 {
        let addresses = isIPv4 ? packet[12..<20] : packet[8..<40]
        var sum = InternetChecksum.add(UnsafeRawBufferPointer(rebasing: addresses))
        sum = InternetChecksum.add(UInt16(transport).bigEndian, to: sum)
        return InternetChecksum.add(UInt16(truncatingIfNeeded: length).bigEndian, to: sum)
    }
}

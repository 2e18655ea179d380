public import PIMCore

/// An ICMP error for the host behind the interface: that a packet cannot be carried (RFC 792, RFC 4443).
public enum ICMPError: Hashable, Sendable {
    /// No gateway is known, or nobody has the address.
    case unreachable
    /// The packet is larger than `mtu` bytes.
    case tooBig(mtu: Int)

    private static let header = 8
    /// Bytes of the fragment header of IPv6.
    private static let fragmentHeader = 8
    /// Bytes of the packet that are quoted; what is allowed to all (RFC 1812, RFC 4443) and no more than needed.
    private static let quotedIPv4 = 548
    private static let quotedIPv6 = 1232

    /// Makes the packet that answers `packet`; `nil` where none may be sent: for a later fragment, for an ICMP error, or
    /// for a sender that cannot be answered (RFC 1122 §3.2.2).
    ///
    /// - Parameter source: Who says so, of the version of the packet.
    public func packet(
        answering packet: UnsafeRawBufferPointer, header: IPHeader, from source: IPAddress
    ) -> [UInt8]? {
        guard !header.source.isLocalOnly, !Self.isLaterFragment(packet, header), !Self.isError(packet, header) else {
            return nil
        }
        switch (source, header.source) {
        case (.v4(let own), .v4(let sender)):
            return ipv4(from: own, to: sender, quoting: packet.prefix(Self.quotedIPv4))
        case (.v6(let own), .v6(let sender)):
            return ipv6(from: own, to: sender, quoting: packet.prefix(Self.quotedIPv6))
        default: return nil
        }
    }

    private static func isLaterFragment(_ packet: UnsafeRawBufferPointer, _ header: IPHeader) -> Bool {
        guard header.isFragment else { return false }
        if header.isIPv4 { return packet.bigEndian(at: 6, as: UInt16.self) & 0x1fff != 0 }
        guard packet.count >= header.length + fragmentHeader else { return false }
        return packet.bigEndian(at: header.length + 2, as: UInt16.self) & 0xfff8 != 0
    }

    private static func isError(_ packet: UnsafeRawBufferPointer, _ header: IPHeader) -> Bool {
        var (transport, offset) = (header.transport, header.length)
        if !header.isIPv4, transport == IPHeader.fragmentHeader, packet.count > offset {
            transport = packet[offset]
            offset += fragmentHeader
        }
        guard packet.count > offset else { return false }
        // Hop-by-hop, routing and destination options may stand in front of an error; so few packets have them that none is
        // answered.
        if !header.isIPv4, [0, 43, 60].contains(transport) { return true }
        let type = packet[offset]
        if transport == IPHeader.icmp, header.isIPv4 { return ![0, 8, 13, 14].contains(type) }
        return transport == IPHeader.icmpv6 && type < 128
    }

    private func ipv4(from own: IPv4Address, to sender: IPv4Address, quoting quote: Slice<UnsafeRawBufferPointer>)
        -> [UInt8]
    {
        let length = IPHeader.ipv4Length + Self.header + quote.count
        var writer = ByteWriter(capacity: length)
        writer.write(bytes: [0x45, 0])
        writer.write(uint16: UInt16(truncatingIfNeeded: length))
        writer.write(bytes: [0, 0, 0x40, 0, 64, IPHeader.icmp, 0, 0])
        writer.write(uint32: own.rawValue)
        writer.write(uint32: sender.rawValue)
        switch self {
        // Network unreachable; fragmentation needed, with the next hop's MTU.
        case .unreachable: writer.write(bytes: [3, 0, 0, 0, 0, 0, 0, 0])
        case .tooBig(let mtu):
            writer.write(bytes: [3, 4, 0, 0, 0, 0])
            writer.write(uint16: UInt16(clamping: mtu))
        }
        writer.write(bytes: quote)
        var bytes = writer.bytes
        bytes.withUnsafeMutableBytes { packet in
            let body = UnsafeRawBufferPointer(rebasing: packet[IPHeader.ipv4Length...])
            packet.storeBytes(
                of: InternetChecksum.finish(InternetChecksum.add(body)), toByteOffset: IPHeader.ipv4Length + 2,
                as: UInt16.self)
            let header = UnsafeRawBufferPointer(rebasing: packet[..<IPHeader.ipv4Length])
            packet.storeBytes(
                of: InternetChecksum.finish(InternetChecksum.add(header)), toByteOffset: 10, as: UInt16.self)
        }
        return bytes
    }

    private func ipv6(from own: IPv6Address, to sender: IPv6Address, quoting quote: Slice<UnsafeRawBufferPointer>)
        -> [UInt8]
    {
        let length = Self.header + quote.count
        var writer = ByteWriter(capacity: IPHeader.ipv6Length + length)
        writer.write(uint32: 0x6000_0000)
        writer.write(uint16: UInt16(truncatingIfNeeded: length))
        writer.write(bytes: [IPHeader.icmpv6, 64])
        for word in [own.high, own.low, sender.high, sender.low] { writer.write(uint64: word) }
        switch self {
        // No route to destination; packet too big.
        case .unreachable: writer.write(bytes: [1, 0, 0, 0, 0, 0, 0, 0])
        case .tooBig(let mtu):
            writer.write(bytes: [2, 0, 0, 0])
            writer.write(uint32: UInt32(clamping: mtu))
        }
        writer.write(bytes: quote)
        var bytes = writer.bytes
        bytes.withUnsafeMutableBytes { packet in
            SuperPacket.writeTransportChecksum(
                packet, isIPv4: false, transport: IPHeader.icmpv6, at: IPHeader.ipv6Length, checksumOffset: 2)
        }
        return bytes
    }
}

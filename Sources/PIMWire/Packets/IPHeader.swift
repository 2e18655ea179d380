public import PIMCore

/// What the packet path reads of an IP packet: both versions, without copying. The first 20 or 40 bytes and no more.
public struct IPHeader: Hashable, Sendable {
    /// Where from and where to; both of the same version.
    public var source: IPAddress
    public var destination: IPAddress
    /// Bytes before the transport header: options included in IPv4, the fixed 40 in IPv6.
    public var length: Int
    /// Bytes of the packet as its header states them.
    public var packetLength: Int
    /// IPv4 protocol or first IPv6 next header.
    public var transport: UInt8
    /// Whether it is a part of a larger packet (IPv4, or IPv6 with a fragment header first).
    public var isFragment: Bool

    static let ipv4Length = 20
    static let ipv6Length = 40
    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    static let icmp: UInt8 = 1
    static let icmpv6: UInt8 = 58
    static let fragmentHeader: UInt8 = 44

    /// Whether ports follow: TCP or UDP, and no fragment.
    public var hasPorts: Bool { !isFragment && (transport == Self.tcp || transport == Self.udp) }

    public var isIPv4: Bool { if case .v4 = source { true } else { false } }

    /// - Throws: `truncated` below the header's length, `unencodable` for another version or a header length below 20.
    @inline(__always)
    public init(decoding packet: UnsafeRawBufferPointer) throws(WireError) {
        guard packet.count > 0 else { throw WireError(.truncated, "IP packet") }
        let first = packet[0]
        switch first >> 4 {
        case 4:
            guard packet.count >= Self.ipv4Length else { throw WireError(.truncated, "IPv4 header") }
            length = Int(first & 0x0f) * 4
            guard length >= Self.ipv4Length else { throw WireError(.unencodable, "IPv4 header length") }
            guard packet.count >= length else { throw WireError(.truncated, "IPv4 options") }
            packetLength = Int(packet.bigEndian(at: 2, as: UInt16.self))
            transport = packet[9]
            // More fragments, or an offset.
            isFragment = packet.bigEndian(at: 6, as: UInt16.self) & 0x3fff != 0
            source = .v4(IPv4Address(rawValue: packet.bigEndian(at: 12, as: UInt32.self)))
            destination = .v4(IPv4Address(rawValue: packet.bigEndian(at: 16, as: UInt32.self)))
        case 6:
            guard packet.count >= Self.ipv6Length else { throw WireError(.truncated, "IPv6 header") }
            length = Self.ipv6Length
            packetLength = Self.ipv6Length + Int(packet.bigEndian(at: 4, as: UInt16.self))
            transport = packet[6]
            isFragment = transport == Self.fragmentHeader
            source = .v6(packet.ipv6Address(at: 8))
            destination = .v6(packet.ipv6Address(at: 24))
        default: throw WireError(.unencodable, "IP version")
        }
    }

    /// A number that packets of one flow share: addresses, protocol and, where they can be seen, ports.
    ///
    /// - Parameter seed: Keeps others from choosing flows that share a number.
    @inline(__always)
    public func flow(of packet: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        let value = addresses(carrying: transport, seed: seed)
        return isFragment ? value : Self.joining(value, portsAt: length, of: packet, carrying: transport)
    }

    /// What ties the fragments of a packet to each other and to their flow; `nil` for a whole packet, and where the header
    /// is cut short.
    public func fragment(of packet: UnsafeRawBufferPointer, seed: UInt64) -> Fragment? {
        guard isFragment else { return nil }
        // Of the packet this was decoded from: what is read without a check here is within the header `init` has checked.
        let (protocolNumber, offset, number, ports): (UInt8, UInt16, UInt64, Int)
        if isIPv4 {
            (protocolNumber, ports) = (transport, length)
            offset = packet.bigEndian(at: 6, as: UInt16.self) & 0x1fff
            number = UInt64(packet.bigEndian(at: 4, as: UInt16.self))
        } else {
            // A fragment header has 8 bytes (RFC 8200 §4.5).
            guard packet.count >= length + 8 else { return nil }
            (protocolNumber, ports) = (packet[length], length + 8)
            offset = packet.bigEndian(at: length + 2, as: UInt16.self) >> 3
            number = UInt64(packet.bigEndian(at: length + 4, as: UInt32.self))
        }
        let value = addresses(carrying: protocolNumber, seed: seed)
        return Fragment(
            packet: (value ^ number ^ 1 << 63).mixed,
            flow: offset == 0 ? Self.joining(value, portsAt: ports, of: packet, carrying: protocolNumber) : nil)
    }

    /// One part of a packet.
    public struct Fragment: Hashable, Sendable {
        /// The same for all fragments of the packet.
        public var packet: UInt64
        /// What ``flow(of:seed:)`` is of whole packets of this flow; known of the first fragment, which has the ports.
        public var flow: UInt64?

        public init(packet: UInt64, flow: UInt64? = nil) {
            self.packet = packet
            self.flow = flow
        }
    }

    @inline(__always)
    private func addresses(carrying transport: UInt8, seed: UInt64) -> UInt64 {
        var value = seed ^ UInt64(transport)
        switch (source, destination) {
        case (.v4(let source), .v4(let destination)):
            value = (value ^ UInt64(source.rawValue) << 32 ^ UInt64(destination.rawValue)).mixed
        case (.v6(let source), .v6(let destination)):
            value = (value ^ source.low).mixed
            value = (value ^ source.high).mixed
            value = (value ^ destination.high).mixed
            value = (value ^ destination.low).mixed
        default: break
        }
        return value
    }

    @inline(__always)
    private static func joining(
        _ value: UInt64, portsAt offset: Int, of packet: UnsafeRawBufferPointer, carrying transport: UInt8
    ) -> UInt64 {
        guard transport == tcp || transport == udp, packet.count >= offset + 4 else { return value }
        return (value ^ UInt64(packet.loadUnaligned(fromByteOffset: offset, as: UInt32.self))).mixed
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    func ipv6Address(at offset: Int) -> IPv6Address {
        IPv6Address(high: bigEndian(at: offset, as: UInt64.self), low: bigEndian(at: offset + 8, as: UInt64.self))
    }
}

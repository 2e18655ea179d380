import PIMWire

/// IP packets made field by field, for tests. Checksums are filled in by `NaiveChecksum`.
struct SamplePacket {
    var isIPv4 = true
    var transport: UInt8 = 17
    var source: [UInt8]
    var destination: [UInt8]
    /// Flags and offset.
    var fragment: UInt16 = 0x4000
    var identification: UInt16 = 0x1234
    var options: [UInt8] = []
    /// Everything behind the IP header, with a checksum field of zeros.
    var body: [UInt8] = []
    /// Where the checksum field is in the body.
    var checksumOffset: Int?

    init(ipv4 transport: UInt8, _ body: [UInt8] = [], checksumAt offset: Int? = nil) {
        self.transport = transport
        self.body = body
        checksumOffset = offset
        source = [10, 77, 1, 2]
        destination = [10, 77, 3, 4]
    }

    init(ipv6 transport: UInt8, _ body: [UInt8] = [], checksumAt offset: Int? = nil) {
        self.init(ipv4: transport, body, checksumAt: offset)
        isIPv4 = false
        source = [0xfd, 0x77] + [UInt8](repeating: 0, count: 13) + [1]
        destination = [0xfd, 0x77] + [UInt8](repeating: 0, count: 13) + [2]
    }

    private static func network(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

    static func udp(_ payload: [UInt8]) -> [UInt8] {
        network(5000) + network(6000) + network(UInt16(8 + payload.count)) + [0, 0] + payload
    }

    static func tcp(
        _ payload: [UInt8], flags: UInt8 = 0x10, sequence: UInt32 = 1000, options: [UInt8] = []
    ) -> [UInt8] {
        let number = (0..<4).map { UInt8(truncatingIfNeeded: sequence >> UInt32(24 - 8 * $0)) }
        return network(5000) + network(6000) + number + [0, 0, 0, 77] + [UInt8(5 + options.count / 4) << 4, flags]
            + [2, 0, 0, 0, 0, 0] + options + payload
    }

    var bytes: [UInt8] {
        var body = body
        if let checksumOffset {
            let pseudo =
                transport == 1
                ? [] : source + destination + [0, transport] + Self.network(UInt16(body.count))
            var value = ~NaiveChecksum.sum(pseudo + body)
            if value == 0, transport == 17 { value = 0xffff }
            body.replaceSubrange(checksumOffset..<checksumOffset + 2, with: Self.network(value))
        }
        guard isIPv4 else {
            return [0x60, 0x01, 0x23, 0x45] + Self.network(UInt16(body.count)) + [transport, 64] + source
                + destination + body
        }
        let length = 20 + options.count
        var header = [0x40 | UInt8(length / 4), 0] + Self.network(UInt16(length + body.count))
        header += Self.network(identification) + Self.network(fragment) + [64, transport, 0, 0]
        header += source + destination + options
        header.replaceSubrange(10..<12, with: Self.network(~NaiveChecksum.sum(header)))
        return header + body
    }
}

extension IPHeader {
    init(_ packet: [UInt8]) throws {
        self = try packet.withUnsafeBytes { try IPHeader(decoding: $0) }
    }
}

/// RFC 1071 word for word, to compare with: 16-bit words in network order, an odd last byte padded with a zero.
enum NaiveChecksum {
    static func sum(_ bytes: some Collection<UInt8>) -> UInt16 {
        let bytes = Array(bytes)
        var total: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            total += UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
            if total > 0xffff { total = (total & 0xffff) + 1 }
        }
        return UInt16(total)
    }

    /// Whether the IPv4 header, where there is one, and the checksum of TCP, UDP, ICMP or ICMPv6 are right.
    static func holds(for packet: [UInt8]) -> Bool {
        guard let first = packet.first else { return false }
        let isIPv4 = first >> 4 == 4
        let length = isIPv4 ? Int(first & 15) * 4 : 40
        if isIPv4, sum(packet[..<length]) != 0xffff { return false }
        let transport = isIPv4 ? packet[9] : packet[6]
        guard transport != 1 else { return sum(packet[length...]) == 0xffff }
        let body = Array(packet[length...])
        let addresses = isIPv4 ? packet[12..<20] : packet[8..<40]
        let count = [UInt8(body.count >> 8), UInt8(body.count & 0xff)]
        return sum(Array(addresses) + [0, transport] + count + body) == 0xffff
    }
}

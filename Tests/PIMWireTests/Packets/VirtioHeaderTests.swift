import TestVectors
import Testing

@testable import PIMWire

/// `struct virtio_net_hdr`: flags, gso_type, hdr_len, gso_size, csum_start, csum_offset.
@Suite struct VirtioHeaderTests {
    private func decode(_ bytes: [UInt8]) throws -> VirtioHeader {
        try bytes.withUnsafeBytes { try VirtioHeader(decoding: $0) }
    }

    private let full = VirtioHeader(
        needsChecksum: true, segmentation: .tcpIPv6, headerLength: 0x0102, segmentSize: 0x0304, checksumStart: 0x0506,
        checksumOffset: 0x0708)

    @Test func bytes() throws {
        let expected: [UInt8] = [1, 4, 2, 1, 4, 3, 6, 5, 8, 7]
        #expect(full.withBytes { Array($0) } == expected)
        #expect(try decode(expected) == full)
        #expect(try decode(expected + [9, 9]) == full)
        #expect(VirtioHeader.plain.withBytes { Array($0) } == [UInt8](repeating: 0, count: 10))
        #expect(try decode([UInt8](repeating: 0, count: 10)) == .plain)
    }

    @Test func everyLengthBelowTenIsRefused() {
        for count in 0..<10 {
            #expect(throws: WireError(.truncated, "")) { try decode([UInt8](repeating: 0, count: count)) }
        }
    }

    /// A marked packet of a congested connection is a super-packet like others; kinds nobody asked for are none.
    @Test func kindsOfSegmentation() throws {
        let known: [UInt8: VirtioHeader.Segmentation] = [0: .none, 1: .tcpIPv4, 4: .tcpIPv6, 5: .udp]
        for kind in UInt8.min ... .max {
            let bytes = [0, kind, 0, 0, 0, 0, 0, 0, 0, 0]
            if let expected = known[kind & 0x7f] {
                #expect(try decode(bytes).segmentation == expected)
            } else {
                #expect(throws: WireError(.unencodable, "")) { try decode(bytes) }
            }
        }
    }

    @Test func otherFlagsSayNothing() throws {
        for flags in UInt8.min ... .max {
            #expect(try decode([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]).needsChecksum == (flags & 1 == 1))
        }
    }

    // MARK: Checksums left open

    /// What the kernel leaves in the field: the sum of the pseudo-header.
    private func open(_ packet: [UInt8], at start: Int, _ offset: Int) -> [UInt8] {
        var packet = packet
        let isIPv4 = packet[0] >> 4 == 4
        let body = packet.count - start
        let addresses = isIPv4 ? packet[12..<20] : packet[8..<40]
        let sum = NaiveChecksum.sum(
            Array(addresses) + [0, isIPv4 ? packet[9] : packet[6], UInt8(body >> 8), UInt8(body & 0xff)])
        packet[start + offset] = UInt8(sum >> 8)
        packet[start + offset + 1] = UInt8(sum & 0xff)
        return packet
    }

    private func complete(_ packet: [UInt8], start: Int, offset: Int) throws -> [UInt8] {
        var packet = packet
        let header = VirtioHeader(
            needsChecksum: true, checksumStart: UInt16(start), checksumOffset: UInt16(offset))
        try packet.withUnsafeMutableBytes { try header.completeChecksum($0) }
        return packet
    }

    @Test func anOpenChecksumIsCompleted() throws {
        var random = SeededRandom(seed: 21)
        for count in 0..<100 {
            let payload = random.bytes(count)
            let samples = [
                (SamplePacket(ipv4: 17, SamplePacket.udp(payload), checksumAt: 6), 20, 6),
                (SamplePacket(ipv6: 17, SamplePacket.udp(payload), checksumAt: 6), 40, 6),
                (SamplePacket(ipv4: 6, SamplePacket.tcp(payload), checksumAt: 16), 20, 16),
                (SamplePacket(ipv6: 6, SamplePacket.tcp(payload), checksumAt: 16), 40, 16),
            ]
            for (sample, start, offset) in samples {
                let packet = sample.bytes
                #expect(try complete(open(packet, at: start, offset), start: start, offset: offset) == packet)
            }
        }
    }

    /// In UDP zero would say that there is no checksum, and over IPv6 the packet would be thrown away.
    @Test func aChecksumIsNeverZero() throws {
        // The one payload word that makes the sum come out as all ones.
        let zero = SamplePacket(ipv6: 17, SamplePacket.udp([0, 0]), checksumAt: 6).bytes
        let payload = [zero[46], zero[47]]
        let packet = SamplePacket(ipv6: 17, SamplePacket.udp(payload), checksumAt: 6).bytes
        #expect(Array(packet[46..<48]) == [0xff, 0xff])
        #expect(try complete(open(packet, at: 40, 6), start: 40, offset: 6) == packet)
    }

    @Test func aCompletePacketIsLeftAsItIs() throws {
        var packet = SamplePacket(ipv4: 17, SamplePacket.udp([1, 2, 3])).bytes
        let before = packet
        try packet.withUnsafeMutableBytes { bytes in
            try VirtioHeader(checksumStart: 20, checksumOffset: 6).completeChecksum(bytes)
        }
        #expect(packet == before)
    }

    @Test func fieldsOutsideOfThePacketAreRefused() throws {
        let packet = [UInt8](repeating: 0, count: 30)
        _ = try complete(packet, start: 20, offset: 8)
        for (start, offset) in [(20, 9), (29, 0), (29, 1), (30, 0), (31, 0), (65_535, 65_535), (0, 29), (0, 65_535)] {
            #expect(throws: WireError(.truncated, "")) { try complete(packet, start: start, offset: offset) }
        }
    }
}

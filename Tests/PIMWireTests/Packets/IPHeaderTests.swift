import PIMCore
import TestVectors
import Testing

@testable import PIMWire

@Suite struct IPHeaderTests {
    @Test func readsIPv4() throws {
        var sample = SamplePacket(ipv4: 17, SamplePacket.udp([1, 2, 3]))
        sample.options = [1, 1, 1, 0]
        let header = try IPHeader(sample.bytes)
        #expect(header.source == .v4(IPv4Address(rawValue: 0x0a4d_0102)))
        #expect(header.destination == .v4(IPv4Address(rawValue: 0x0a4d_0304)))
        #expect(header.isIPv4)
        #expect(header.length == 24)
        #expect(header.packetLength == 35)
        #expect(header.transport == 17)
        #expect(!header.isFragment)
    }

    @Test func readsIPv6() throws {
        let header = try IPHeader(SamplePacket(ipv6: 6, SamplePacket.tcp([1, 2, 3])).bytes)
        #expect(header.source == .v6(IPv6Address(high: 0xfd77 << 48, low: 1)))
        #expect(header.destination == .v6(IPv6Address(high: 0xfd77 << 48, low: 2)))
        #expect(!header.isIPv4)
        #expect(header.length == 40)
        #expect(header.packetLength == 63)
        #expect(header.transport == 6)
        #expect(!header.isFragment)
    }

    @Test(
        arguments: [
            (0x0000, false), (0x4000, false), (0x8000, false), (0x2000, true), (0x0001, true), (0x1fff, true),
            (0x3fff, true),
        ] as [(UInt16, Bool)])
    func fragmentsOfIPv4(_ field: UInt16, _ isFragment: Bool) throws {
        var sample = SamplePacket(ipv4: 17)
        sample.fragment = field
        #expect(try IPHeader(sample.bytes).isFragment == isFragment)
    }

    @Test func fragmentsOfIPv6() throws {
        #expect(try IPHeader(SamplePacket(ipv6: 44, [17, 0, 0, 1, 0, 0, 0, 9]).bytes).isFragment)
        #expect(try !IPHeader(SamplePacket(ipv6: 0, [17, 0, 1, 4, 0, 0, 0, 0]).bytes).isFragment)
    }

    /// Every length below the header's is refused as such, every other one is not looked at.
    @Test func everyLength() throws {
        for optionBytes in stride(from: 0, through: 40, by: 4) {
            var sample = SamplePacket(ipv4: 17, [1, 2, 3])
            sample.options = [UInt8](repeating: 1, count: optionBytes)
            let packet = sample.bytes
            for count in 0..<20 + optionBytes {
                #expect(throws: WireError(.truncated, "")) { try IPHeader(Array(packet.prefix(count))) }
            }
            for count in 20 + optionBytes...packet.count {
                #expect(try IPHeader(Array(packet.prefix(count))).packetLength == packet.count)
            }
        }
        let packet = SamplePacket(ipv6: 17, [1, 2, 3]).bytes
        for count in 0..<40 { #expect(throws: WireError(.truncated, "")) { try IPHeader(Array(packet.prefix(count))) } }
        for count in 40...43 { #expect(try IPHeader(Array(packet.prefix(count))).packetLength == 43) }
    }

    @Test func otherVersionsAndShortHeadersAreRefused() {
        for first in UInt8.min ... .max {
            let packet = [first] + [UInt8](repeating: 0, count: 99)
            let isKnown = first >> 4 == 6 || (first >> 4 == 4 && first & 15 >= 5)
            #expect(((try? IPHeader(packet)) != nil) == isKnown)
            if !isKnown { #expect(throws: WireError(.unencodable, "")) { try IPHeader(packet) } }
        }
    }

    // MARK: Flows

    private func flow(_ sample: SamplePacket, seed: UInt64 = 5) throws -> UInt64 {
        let bytes = sample.bytes
        return try bytes.withUnsafeBytes { try IPHeader(decoding: $0).flow(of: $0, seed: seed) }
    }

    @Test(arguments: [true, false])
    func packetsOfAFlowShareANumberAndOthersDoNot(_ isIPv4: Bool) throws {
        func sample(_ transport: UInt8, _ body: [UInt8]) -> SamplePacket {
            isIPv4 ? SamplePacket(ipv4: transport, body) : SamplePacket(ipv6: transport, body)
        }
        let first = sample(6, SamplePacket.tcp([1], sequence: 1))
        var others = [first]
        others.append(sample(17, first.body))
        for port in 0..<4 {
            var other = first
            other.body[port] ^= 1
            others.append(other)
        }
        for byte in first.source.indices {
            var other = first
            other.source[byte] ^= 1
            others.append(other)
            other = first
            other.destination[byte] ^= 1
            others.append(other)
        }
        #expect(try Set(others.map { try flow($0) }).count == others.count)
        #expect(try flow(sample(6, SamplePacket.tcp([2, 3], flags: 0x18, sequence: 99))) == flow(first))
        #expect(try flow(first, seed: 6) != flow(first))
    }

    /// Later fragments have no ports, so none of a packet's fragments are told apart by them.
    @Test func fragmentsOfAPacketShareANumber() throws {
        var first = SamplePacket(ipv4: 17, SamplePacket.udp([1, 2, 3, 4]))
        first.fragment = 0x2000
        var second = SamplePacket(ipv4: 17, [9, 9, 9, 9, 9])
        second.fragment = 2
        #expect(try flow(first) == flow(second))
    }

    private func fragment(_ sample: SamplePacket) throws -> IPHeader.Fragment? {
        let bytes = sample.bytes
        return try bytes.withUnsafeBytes { try IPHeader(decoding: $0).fragment(of: $0, seed: 5) }
    }

    @Test func theFirstFragmentTellsTheFlowOfAll() throws {
        let datagram = SamplePacket.udp([1, 2, 3, 4])
        let whole = SamplePacket(ipv4: 17, datagram)
        #expect(try fragment(whole) == nil)
        var first = whole
        first.fragment = 0x2000
        var second = SamplePacket(ipv4: 17, [9, 9, 9, 9, 9])
        second.fragment = 2
        let (begin, rest) = (try #require(try fragment(first)), try #require(try fragment(second)))
        #expect(begin.flow == (try flow(whole)))
        #expect(rest.flow == nil)
        #expect(begin.packet == rest.packet)
    }

    /// RFC 8200 §4.5: next header, reserved, offset and flags, identification.
    @Test func theSameInIPv6() throws {
        let datagram = SamplePacket.udp([1, 2, 3, 4])
        let whole = SamplePacket(ipv6: 17, datagram)
        let first = SamplePacket(ipv6: 44, [17, 0, 0, 1, 0, 0, 0, 7] + datagram)
        let second = SamplePacket(ipv6: 44, [17, 0, 0, 8, 0, 0, 0, 7, 9, 9])
        let other = SamplePacket(ipv6: 44, [17, 0, 0, 8, 0, 0, 0, 8, 9, 9])
        #expect(try fragment(first)?.flow == (try flow(whole)))
        #expect(try fragment(second)?.flow == nil)
        #expect(try fragment(first)?.packet == (try fragment(second)?.packet))
        #expect(try fragment(second)?.packet != (try fragment(other)?.packet))
        #expect(try fragment(SamplePacket(ipv6: 44, [17, 0, 0, 1, 0, 0, 0])) == nil)
    }

    @Test func packetsTooShortForPortsHaveAFlow() throws {
        for count in 0..<4 {
            #expect(try flow(SamplePacket(ipv4: 6, [UInt8](repeating: 1, count: count))) == flow(.init(ipv4: 6)))
        }
    }
}

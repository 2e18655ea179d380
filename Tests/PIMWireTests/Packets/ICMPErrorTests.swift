import PIMCore
import Testing

@testable import PIMWire

/// What the host is told about a packet that goes nowhere (RFC 792, RFC 1122 §3.2.2, RFC 4443).
@Suite struct ICMPErrorTests {
    private let own4 = IPAddress.v4(IPv4Address(rawValue: 0x0a4d_0102))
    private let own6 = IPAddress.v6(IPv6Address(high: 0xfd77 << 48, low: 1))

    private func answer(_ error: ICMPError, to sample: SamplePacket) throws -> [UInt8]? {
        let packet = sample.bytes
        return try packet.withUnsafeBytes {
            let header = try IPHeader(decoding: $0)
            return error.packet(answering: $0, header: header, from: header.isIPv4 ? own4 : own6)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 100, 519, 520, 521, 3000])
    func overIPv4(_ payload: Int) throws {
        let sample = SamplePacket(ipv4: 17, SamplePacket.udp([UInt8](repeating: 9, count: payload)), checksumAt: 6)
        for (error, head) in [(ICMPError.unreachable, [3, 0]), (.tooBig(mtu: 1400), [3, 4])] as [(_, [UInt8])] {
            let packet = try #require(try answer(error, to: sample))
            let header = try IPHeader(packet)
            #expect(header.source == own4)
            #expect(header.destination == .v4(IPv4Address(rawValue: 0x0a4d_0102)))
            #expect(header.transport == 1)
            #expect(header.packetLength == packet.count)
            #expect(packet.count <= 576)
            #expect(NaiveChecksum.holds(for: packet))
            #expect(Array(packet[20..<22]) == head)
            #expect(Array(packet[24..<28]) == (error == .unreachable ? [0, 0, 0, 0] : [0, 0, 0x05, 0x78]))
            #expect(Array(packet[28...]) == Array(sample.bytes.prefix(548)))
        }
    }

    @Test(arguments: [0, 1, 2, 3, 100, 1183, 1184, 1185, 3000])
    func overIPv6(_ payload: Int) throws {
        let sample = SamplePacket(ipv6: 17, SamplePacket.udp([UInt8](repeating: 9, count: payload)), checksumAt: 6)
        for (error, head) in [(ICMPError.unreachable, [1, 0]), (.tooBig(mtu: 70_000), [2, 0])] as [(_, [UInt8])] {
            let packet = try #require(try answer(error, to: sample))
            let header = try IPHeader(packet)
            #expect(header.source == own6)
            #expect(header.destination == own6)
            #expect(header.transport == 58)
            #expect(header.packetLength == packet.count)
            #expect(packet.count <= 1280)
            #expect(NaiveChecksum.holds(for: packet))
            #expect(Array(packet[40..<42]) == head)
            #expect(Array(packet[44..<48]) == (error == .unreachable ? [0, 0, 0, 0] : [0, 0x01, 0x11, 0x70]))
            #expect(Array(packet[48...]) == Array(sample.bytes.prefix(1232)))
        }
    }

    @Test func questionsAreAnsweredAndErrorsAreNot() throws {
        for type in UInt8.min ... .max {
            let body = [type, 0, 0, 0, 0, 1, 0, 1]
            let isQuestion4 = [0, 8, 13, 14].contains(type)
            #expect((try answer(.unreachable, to: SamplePacket(ipv4: 1, body)) != nil) == isQuestion4, "type \(type)")
            #expect(
                (try answer(.unreachable, to: SamplePacket(ipv6: 58, body)) != nil) == (type >= 128), "type \(type)")
        }
    }

    @Test func laterFragmentsAreNotAnsweredAndFirstOnesAre() throws {
        for (fragment, isAnswered) in [(0x2000, true), (0x0001, false), (0x2001, false), (0x4000, true)] {
            var sample = SamplePacket(ipv4: 17, [1, 2, 3, 4, 5, 6, 7, 8])
            sample.fragment = UInt16(fragment)
            #expect((try answer(.unreachable, to: sample) != nil) == isAnswered)
        }
        for (field, isAnswered) in [([0, 1], true), ([0, 8], false), ([0, 9], false), ([1, 1], false)] {
            let body = [17, 0] + field.map { UInt8($0) } + [0, 0, 0, 9, 1, 2, 3, 4]
            #expect((try answer(.unreachable, to: SamplePacket(ipv6: 44, body)) != nil) == isAnswered)
        }
    }

    @Test func anErrorInAFirstFragmentIsNotAnswered() throws {
        for (type, isAnswered) in [(1, false), (2, false), (128, true)] as [(UInt8, Bool)] {
            let body = [58, 0, 0, 1, 0, 0, 0, 9, type, 0, 0, 0]
            #expect((try answer(.unreachable, to: SamplePacket(ipv6: 44, body)) != nil) == isAnswered)
        }
    }

    @Test func sendersThatCannotBeAnsweredAreNot() throws {
        for source: [UInt8] in [
            [0, 0, 0, 0], [127, 0, 0, 1], [224, 0, 0, 1], [239, 1, 2, 3], [240, 0, 0, 1], [255, 255, 255, 255],
            [169, 254, 1, 1],
        ] {
            var sample = SamplePacket(ipv4: 17, SamplePacket.udp([]))
            sample.source = source
            #expect(try answer(.unreachable, to: sample) == nil, "\(source)")
        }
        let zeros = [UInt8](repeating: 0, count: 13)
        for source: [UInt8] in [
            [0, 0, 0] + zeros, [0, 0] + zeros + [1], [0xff, 0x02] + zeros + [1], [0xfe, 0x80] + zeros + [1],
        ] {
            var sample = SamplePacket(ipv6: 17, SamplePacket.udp([]))
            sample.source = source
            #expect(try answer(.unreachable, to: sample) == nil, "\(source)")
        }
    }

    @Test func anAnswerIsOfTheVersionOfThePacket() throws {
        let packet = SamplePacket(ipv4: 17, SamplePacket.udp([])).bytes
        let answer = try packet.withUnsafeBytes {
            ICMPError.unreachable.packet(answering: $0, header: try IPHeader(decoding: $0), from: own6)
        }
        #expect(answer == nil)
    }
}

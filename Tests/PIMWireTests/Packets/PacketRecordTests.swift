import PIMCore
import TestVectors
import Testing

@testable import PIMWire

/// What is in a sealed frame of packets, `design/extensions.md` §5.
@Suite struct PacketRecordTests {
    private static let vectors = ExtensionVectors.shared.packetRecords

    private struct Seen: Equatable {
        var packet: [UInt8]
        var gsoSize: Int
        var segments: [[UInt8]]
    }

    /// What is handed out, and how many records there were or why the frame was refused.
    private static func read(
        _ plaintext: [UInt8], acceptsSuperPackets: Bool = true
    ) -> (seen: [Seen], outcome: Result<Int, WireError>) {
        var plaintext = plaintext
        var seen: [Seen] = []
        let outcome = plaintext.withUnsafeMutableBytes { bytes -> Result<Int, WireError> in
            do throws(WireError) {
                return .success(
                    try PacketRecord.forEach(in: bytes, acceptsSuperPackets: acceptsSuperPackets) { record in
                        seen.append(look(at: record))
                    })
            } catch {
                return .failure(error)
            }
        }
        return (seen, outcome)
    }

    private static func look(at record: PacketRecord) -> Seen {
        let view = UnsafeRawBufferPointer(record.packet)
        var seen = Seen(packet: Array(view), gsoSize: record.superPacket?.segmentSize ?? 0, segments: [])
        guard let shape = record.superPacket else { return seen }
        for index in 0..<shape.segmentCount {
            seen.segments.append(
                [UInt8](unsafeUninitializedCapacity: shape.largestSegment) { buffer, count in
                    count = shape.writeSegment(index, of: view, to: UnsafeMutableRawBufferPointer(buffer))
                })
        }
        return seen
    }

    private static func record(_ packet: [UInt8], gsoSize: Int = 0) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xee, count: PacketRecord.headerLength)
        bytes.withUnsafeMutableBytes {
            PacketRecord.writeHeader(length: packet.count, segmentSize: gsoSize, to: $0)
        }
        return bytes + packet
    }

    private static let plain = SamplePacket(ipv4: 17, SamplePacket.udp([1, 2, 3]), checksumAt: 6).bytes

    @Test(arguments: vectors.good)
    func goodFrames(_ vector: PacketRecordVectors.Good) throws {
        let (seen, outcome) = Self.read(vector.plaintext.bytes)
        #expect(try outcome.get() == vector.records.count)
        #expect(
            seen
                == vector.records.map {
                    Seen(packet: $0.packet.bytes, gsoSize: $0.gsoSize, segments: $0.segments.map(\.bytes))
                })
        #expect(seen.flatMap(\.segments).allSatisfy(NaiveChecksum.holds(for:)))
        let written = vector.records.flatMap { Self.record($0.packet.bytes, gsoSize: $0.gsoSize) }
        #expect(written == vector.plaintext.bytes)
    }

    @Test(arguments: vectors.refused)
    func oneBadRecordVoidsTheFrame(_ vector: PacketRecordVectors.Refused) {
        let good = Self.record(Self.plain)
        let bad = vector.plaintext.bytes
        for frame in [bad, good + bad, good + good + bad] {
            let (seen, outcome) = Self.read(frame, acceptsSuperPackets: vector.acceptsSuperPackets)
            #expect(seen.isEmpty)
            #expect(throws: WireError.self) { try outcome.get() }
        }
        // A record that ends before the frame does cannot swallow what follows.
        let (seen, outcome) = Self.read(bad + good, acceptsSuperPackets: vector.acceptsSuperPackets)
        #expect(seen.isEmpty)
        #expect(throws: WireError.self) { try outcome.get() }
    }

    @Test func aNodeWithoutSuperPacketsTakesSinglePackets() throws {
        let (seen, outcome) = Self.read(Self.record(Self.plain) + Self.record(Self.plain), acceptsSuperPackets: false)
        #expect(try outcome.get() == 2)
        #expect(seen.map(\.packet) == [Self.plain, Self.plain])
    }

    @Test func aFrameWithoutRecordsIsRefused() {
        #expect(throws: WireError(.truncated, "")) { try Self.read([]).outcome.get() }
    }

    @Test func everyTruncationIsRefused() {
        let frame = Self.record(Self.plain) + Self.record(Self.plain)
        let boundary = frame.count / 2
        for count in 0..<frame.count where count != boundary {
            let (seen, outcome) = Self.read(Array(frame.prefix(count)))
            #expect(seen.isEmpty)
            #expect(throws: WireError(.truncated, "")) { try outcome.get() }
        }
    }

    @Test func theLargestPacketFillsTheLargestFrame() throws {
        #expect(PacketRecord.largestPacket == 65_498)
        let payload = [UInt8](repeating: 7, count: PacketRecord.largestPacket - 28)
        let packet = SamplePacket(ipv4: 17, SamplePacket.udp(payload), checksumAt: 6).bytes
        let frame = Self.record(packet)
        #expect(frame.count + WireLimits.sealedOverhead == WireLimits.meshPayload)
        #expect(try Self.read(frame).outcome.get() == 1)
    }

    /// A receiver changes packets where they lie, before it has seen the rest.
    @Test func whatIsDoneToAPacketDoesNotReachTheNext() throws {
        let frame = (0..<3).flatMap { _ in Self.record(Self.plain) }
        var bytes = frame
        var seen: [[UInt8]] = []
        let count = try bytes.withUnsafeMutableBytes { bytes in
            try PacketRecord.forEach(in: bytes, acceptsSuperPackets: true) { record in
                seen.append(Array(record.packet))
                for index in record.packet.indices { record.packet[index] = 0xff }
            }
        }
        #expect(count == 3)
        #expect(seen == [Self.plain, Self.plain, Self.plain])
    }
}

import PIMCore
import TestVectors
import Testing

@testable import PIMWire

/// Super-packets against a model that builds every segment from its parts.
@Suite struct SuperPacketTests {
    /// One super-packet by its parts.
    private struct Model: CustomStringConvertible {
        var isIPv4: Bool
        var isTCP: Bool
        var payload: [UInt8]
        var segmentSize: Int
        var flags: UInt8
        var sequence: UInt32
        var identification: UInt16
        var ipOptions: [UInt8]
        var tcpOptions: [UInt8]

        init(_ random: inout SeededRandom) {
            isIPv4 = random.int(below: 2) == 0
            isTCP = random.int(below: 2) == 0
            segmentSize = 1 + random.int(below: 200)
            payload = random.bytes(1 + random.int(below: segmentSize * 12))
            flags = UInt8(truncatingIfNeeded: random.next())
            // Near their ends half of the time.
            sequence = random.int(below: 2) == 0 ? .max - UInt32(random.int(below: 500)) : 1000
            identification = random.int(below: 2) == 0 ? .max - UInt16(random.int(below: 5)) : 7
            ipOptions = isIPv4 ? [UInt8](repeating: 1, count: 4 * random.int(below: 11)) : []
            tcpOptions = [UInt8](repeating: 1, count: 4 * random.int(below: 11))
        }

        func packet(
            payload: [UInt8], flags: UInt8, sequence: UInt32, identification: UInt16, checksum: Bool
        ) -> [UInt8] {
            let body =
                isTCP
                ? SamplePacket.tcp(payload, flags: flags, sequence: sequence, options: tcpOptions)
                : SamplePacket.udp(payload)
            let transport: UInt8 = isTCP ? 6 : 17
            let field = checksum ? (isTCP ? 16 : 6) : nil
            var sample =
                isIPv4
                ? SamplePacket(ipv4: transport, body, checksumAt: field)
                : SamplePacket(ipv6: transport, body, checksumAt: field)
            sample.options = ipOptions
            sample.identification = identification
            return sample.bytes
        }

        var whole: [UInt8] {
            packet(
                payload: payload, flags: flags, sequence: sequence, identification: identification, checksum: false)
        }

        var segments: [[UInt8]] {
            let starts = Array(stride(from: 0, to: payload.count, by: segmentSize))
            return starts.enumerated().map { index, start in
                var flags = flags
                // FIN and PSH are of the last, CWR is of the first.
                if index < starts.count - 1 { flags &= 0xf6 }
                if index > 0 { flags &= 0x7f }
                return packet(
                    payload: Array(payload[start..<min(start + segmentSize, payload.count)]), flags: flags,
                    sequence: sequence &+ UInt32(start), identification: identification &+ UInt16(index),
                    checksum: true)
            }
        }

        var description: String {
            "IPv\(isIPv4 ? 4 : 6) \(isTCP ? "TCP" : "UDP"), \(payload.count) bytes by \(segmentSize)"
        }
    }

    private func shape(_ packet: [UInt8], _ segmentSize: Int) throws -> SuperPacket {
        try packet.withUnsafeBytes {
            try SuperPacket($0, header: IPHeader(decoding: $0), segmentSize: segmentSize)
        }
    }

    private func cut(_ packet: [UInt8], _ shape: SuperPacket) -> [[UInt8]] {
        (0..<shape.segmentCount).map { index in
            // What was there before must not matter.
            var target = [UInt8](repeating: 0xee, count: shape.largestSegment)
            let length = packet.withUnsafeBytes { packet in
                target.withUnsafeMutableBytes { shape.writeSegment(index, of: packet, to: $0) }
            }
            return Array(target.prefix(length))
        }
    }

    @Test func segmentsAreThoseOfTheModel() throws {
        var random = SeededRandom(seed: 31)
        for _ in 0..<1_500 {
            let model = Model(&random)
            let shape = try shape(model.whole, model.segmentSize)
            let expected = model.segments
            #expect(shape.segmentCount == expected.count, "\(model)")
            #expect(shape.largestSegment == expected.map(\.count).max(), "\(model)")
            let made = cut(model.whole, shape)
            #expect(made == expected, "\(model)")
            #expect(made.allSatisfy(NaiveChecksum.holds(for:)), "\(model)")
        }
    }

    /// The checksum field of what is cut says nothing: TUN devices leave a part of the sum there.
    @Test func whatStandsInTheChecksumFieldsDoesNotMatter() throws {
        var random = SeededRandom(seed: 32)
        for _ in 0..<100 {
            let model = Model(&random)
            var packet = model.whole
            let shape = try shape(packet, model.segmentSize)
            packet[shape.transportOffset + (model.isTCP ? 16 : 6)] = 0xab
            if model.isIPv4 { packet[10] ^= 0xff }
            #expect(cut(packet, shape) == model.segments, "\(model)")
        }
    }

    @Test func travelChecksumsAreWrittenAndRecognised() throws {
        var random = SeededRandom(seed: 33)
        for _ in 0..<300 {
            let model = Model(&random)
            let travels = model.whole
            let shape = try shape(travels, model.segmentSize)
            #expect(travels.withUnsafeBytes { shape.hasTravelChecksums($0) }, "\(model)")
            var packet = travels
            let field = shape.transportOffset + (model.isTCP ? 16 : 6)
            packet[field + random.int(below: 2)] = 1
            #expect(!packet.withUnsafeBytes { shape.hasTravelChecksums($0) }, "\(model)")
            if model.isIPv4 {
                var other = travels
                other[8] -= 1
                #expect(!other.withUnsafeBytes { shape.hasTravelChecksums($0) }, "\(model)")
                packet[10] = random.bytes(1)[0]
            }
            packet.withUnsafeMutableBytes { shape.writeTravelChecksums($0) }
            #expect(packet == travels, "\(model)")
        }
    }

    /// What the device gets says how to cut it, and what the device then makes of the field is right for the whole.
    @Test func theDeviceGetsThePseudoHeaderAndGivesItBack() throws {
        var random = SeededRandom(seed: 34)
        for _ in 0..<300 {
            let model = Model(&random)
            let travels = model.whole
            let shape = try shape(travels, model.segmentSize)
            var packet = travels
            let virtio = packet.withUnsafeMutableBytes { shape.prepareForDevice($0) }
            #expect(virtio.needsChecksum)
            #expect(virtio.segmentation == (model.isTCP ? (model.isIPv4 ? .tcpIPv4 : .tcpIPv6) : .udp))
            #expect(Int(virtio.segmentSize) == model.segmentSize)
            #expect(Int(virtio.checksumStart) == (model.isIPv4 ? 20 + model.ipOptions.count : 40))
            #expect(virtio.checksumOffset == (model.isTCP ? 16 : 6))
            #expect(Int(virtio.headerLength) == travels.count - model.payload.count)
            #expect(virtio.withBytes { try? VirtioHeader(decoding: $0) } == virtio)

            var complete = packet
            try complete.withUnsafeMutableBytes { try virtio.completeChecksum($0) }
            #expect(NaiveChecksum.holds(for: complete), "\(model)")

            packet.withUnsafeMutableBytes { shape.writeTravelChecksums($0) }
            #expect(packet == travels, "\(model)")
        }
    }

    @Test func theNumberOfSegmentsAndCWRDecideWhetherItTravelsWhole() throws {
        for (payload, size, isCarriable) in [
            (100, 100, false), (101, 100, true), (128, 1, true), (129, 1, false), (12_800, 100, true),
            (12_801, 100, false),
        ] {
            for isTCP in [true, false] {
                let bytes = [UInt8](repeating: 1, count: payload)
                let packet = SamplePacket(
                    ipv4: isTCP ? 6 : 17, isTCP ? SamplePacket.tcp(bytes) : SamplePacket.udp(bytes)
                ).bytes
                let shape = try shape(packet, size)
                #expect(packet.withUnsafeBytes { shape.isCarriable(in: $0) } == isCarriable)
            }
        }
        let marked = SamplePacket(ipv4: 6, SamplePacket.tcp([1, 2, 3, 4], flags: 0x90)).bytes
        let shape = try shape(marked, 2)
        #expect(!marked.withUnsafeBytes { shape.isCarriable(in: $0) })
    }

    @Test func aPacketLongerOrShorterThanItsHeaderSaysIsRefused() throws {
        let packet = SamplePacket(ipv4: 6, SamplePacket.tcp([1, 2, 3, 4])).bytes
        for other in [packet + [0], packet.dropLast()] {
            #expect(throws: WireError(.unencodable, "")) { try shape(other, 2) }
        }
        #expect(throws: WireError(.unencodable, "")) { try shape(packet, 0) }
    }
}

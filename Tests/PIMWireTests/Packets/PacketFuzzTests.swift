import PIMCore
import TestVectors
import Testing

@testable import PIMWire

/// Seeded fuzzing of what reads packets: of the host and of other nodes. The long runs are in `Fuzz/`.
@Suite struct PacketFuzzTests {
    private static let records = ExtensionVectors.shared.packetRecords.good.map(\.plaintext.bytes)

    /// Everything the daemon may do with the bytes.
    private static func readEverything(_ bytes: inout [UInt8], scratch: UnsafeMutableRawBufferPointer) {
        bytes.withUnsafeMutableBytes { bytes in
            let view = UnsafeRawBufferPointer(bytes)
            if let virtio = try? VirtioHeader(decoding: view) {
                try? virtio.completeChecksum(UnsafeMutableRawBufferPointer(rebasing: bytes[10...]))
                let packet = UnsafeRawBufferPointer(rebasing: view[10...])
                if let header = try? IPHeader(decoding: packet) {
                    _ = header.flow(of: packet, seed: 1)
                    _ = ICMPError.unreachable.packet(answering: packet, header: header, from: header.destination)
                    if let shape = try? SuperPacket(packet, header: header, segmentSize: Int(virtio.segmentSize)) {
                        cut(packet, shape, scratch)
                    }
                }
            }
            _ = try? PacketRecord.forEach(in: bytes, acceptsSuperPackets: true) { record in
                guard let shape = record.superPacket else { return }
                cut(UnsafeRawBufferPointer(record.packet), shape, scratch)
                _ = shape.prepareForDevice(record.packet)
                shape.writeTravelChecksums(record.packet)
            }
        }
    }

    private static func cut(
        _ packet: UnsafeRawBufferPointer, _ shape: SuperPacket, _ scratch: UnsafeMutableRawBufferPointer
    ) {
        for index in [0, shape.segmentCount / 2, shape.segmentCount - 1] {
            let length = shape.writeSegment(index, of: packet, to: scratch)
            if length > shape.largestSegment { Issue.record("a segment of \(length) bytes of \(shape)") }
        }
    }

    @Test func aHundredThousandBuffers() {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { scratch.deallocate() }
        var random = SeededRandom(seed: 41)
        for round in 0..<100_000 {
            var bytes: [UInt8]
            if round % 4 == 0 {
                bytes = random.bytes(random.int(below: 120))
            } else {
                bytes = Self.records[random.int(below: Self.records.count)]
                // Bytes near the front are headers.
                for _ in 0...random.int(below: 3) where !bytes.isEmpty {
                    let position = random.int(below: min(bytes.count, 70))
                    switch random.int(below: 4) {
                    case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
                    case 1: bytes[position] ^= 1 << UInt8(random.int(below: 8))
                    case 2: bytes.removeLast(random.int(below: bytes.count))
                    default: bytes.insert(contentsOf: random.bytes(6), at: 0)
                    }
                }
            }
            Self.readEverything(&bytes, scratch: scratch)
        }
    }
}

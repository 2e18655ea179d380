import TestVectors
import Testing

@testable import PIMWire

@Suite struct InternetChecksumTests {
    /// The field as it would stand in a packet.
    private func field(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
        UInt16(bigEndian: InternetChecksum.finish(InternetChecksum.add(bytes)))
    }

    @Test func theExampleOfTheRFC() {
        let bytes: [UInt8] = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]
        bytes.withUnsafeBytes { #expect(field($0) == ~0xddf2) }
    }

    @Test func everyLengthAtEveryOffsetOfAWord() {
        var random = SeededRandom(seed: 11)
        for count in 0...300 {
            let bytes = random.bytes(count + 8)
            bytes.withUnsafeBytes { whole in
                for offset in 0..<8 {
                    let part = UnsafeRawBufferPointer(rebasing: whole[offset..<offset + count])
                    #expect(field(part) == ~NaiveChecksum.sum(part))
                }
            }
        }
    }

    @Test func manyCarries() {
        for count in [1, 2, 7, 8, 9, 4_096, 65_535] {
            for byte: UInt8 in [0x00, 0x01, 0x80, 0xfe, 0xff] {
                let bytes = [UInt8](repeating: byte, count: count)
                bytes.withUnsafeBytes { #expect(field($0) == ~NaiveChecksum.sum(bytes)) }
            }
        }
    }

    @Test func piecesOfEvenLengthAddUp() {
        var random = SeededRandom(seed: 12)
        for _ in 0..<200 {
            let head = random.bytes(2 * random.int(below: 40))
            let tail = random.bytes(random.int(below: 80))
            let sum = head.withUnsafeBytes { InternetChecksum.add($0) }
            let whole = tail.withUnsafeBytes { InternetChecksum.finish(InternetChecksum.add($0, to: sum)) }
            #expect(UInt16(bigEndian: whole) == ~NaiveChecksum.sum(head + tail))
        }
    }

    @Test func aSumThatOverflowsCarriesRound() {
        #expect(InternetChecksum.add(1, to: .max) == 1)
        #expect(InternetChecksum.fold(.max) == 0xffff)
        #expect(InternetChecksum.fold(0xffff_ffff_0000_0001) == 1)
        [UInt8](repeating: 0xff, count: 8).withUnsafeBytes { bytes in
            #expect(InternetChecksum.fold(InternetChecksum.add(bytes, to: .max - 1)) == 0xfffe)
        }
    }
}

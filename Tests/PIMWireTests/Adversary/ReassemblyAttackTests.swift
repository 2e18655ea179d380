import Attacks
import PIMCore
import PIMWire
import Testing

/// Fragments carry a claimed source, so anybody can send them in anybody's name (`spec/wire.md` §20.8).
@Suite struct ReassemblyAttackTests {
    private let victim = NodeID(high: 1, low: 2)

    @Test func anEmptyPieceDoesNotBlockTheGenuineOne() {
        let outcome = attack(on: .emptyFragment) {
            var reassembler = Reassembler()
            let planted = Fragment(id: 7, offset: 2, totalLength: 4, piece: [])
            _ = reassembler.insert(planted, from: victim, at: .zero)
            _ = reassembler.insert(Fragment(id: 7, offset: 0, totalLength: 4, piece: [1, 2]), from: victim, at: .zero)
            let last = Fragment(id: 7, offset: 2, totalLength: 4, piece: [3, 4])
            return reassembler.insert(last, from: victim, at: .zero) != .complete([1, 2, 3, 4])
        }
        #expect(outcome == .prevented)
    }

    @Test func packetsOfOneSourceAreBounded() {
        var limits = ReassemblyLimits()
        limits.packetsPerSource = 4
        #expect(attack(on: .reassemblyBound) { flood(limits, sources: 1, packets: 100).packetCount > 4 } == .prevented)
    }

    @Test func sourcesAreBounded() {
        var limits = ReassemblyLimits()
        limits.sources = 8
        #expect(attack(on: .reassemblyBound) { flood(limits, sources: 100, packets: 1).sourceCount > 8 } == .prevented)
    }

    @Test func memoryIsBounded() {
        var limits = ReassemblyLimits()
        limits.totalBytes = 4096
        let outcome = attack(on: .reassemblyBound) {
            flood(limits, sources: 10, packets: 10, size: 500).bufferedBytes > 4096
        }
        #expect(outcome == .prevented)
    }

    private func flood(_ limits: ReassemblyLimits, sources: UInt64, packets: UInt32, size: Int = 1) -> Reassembler {
        var reassembler = Reassembler(limits: limits)
        for source in 0..<sources {
            for packet in 0..<packets {
                let piece = [UInt8](repeating: 1, count: size)
                let fragment = Fragment(id: packet, offset: 0, totalLength: 2 * size, piece: piece[...])
                _ = reassembler.insert(fragment, from: NodeID(high: 9, low: source), at: .zero)
            }
        }
        return reassembler
    }
}

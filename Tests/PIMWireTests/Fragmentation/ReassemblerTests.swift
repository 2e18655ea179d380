import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct ReassemblerTests {
    private static let source = NodeID(high: 1, low: 1)

    private static func payload(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    }

    private static func fragment(_ id: UInt32, _ offset: Int, _ total: Int, _ piece: [UInt8]) -> Fragment {
        Fragment(id: id, offset: offset, totalLength: total, piece: piece[...])
    }

    /// `spec/wire.md` §18.1: in order, reversed, duplicated.
    @Test(arguments: [2500, 3600, 4000, 65_535])
    func reassemblesInAnyOrder(_ count: Int) throws {
        let payload = Self.payload(count)
        let fragments = try FragmentPlan.fragments(of: payload, id: 7)
        var random = SeededRandom(seed: UInt64(count))
        for order in [fragments, fragments.reversed(), fragments.shuffled(using: &random)] {
            var reassembler = Reassembler()
            for fragment in order.dropLast() {
                #expect(reassembler.insert(fragment, from: Self.source, at: .zero) == .incomplete)
                #expect(reassembler.insert(fragment, from: Self.source, at: .zero) == .incomplete)
            }
            let last = try #require(order.last)
            #expect(reassembler.insert(last, from: Self.source, at: .zero) == .complete(payload))
            #expect(reassembler.packetCount == 0)
            #expect(reassembler.sourceCount == 0)
            #expect(reassembler.bufferedBytes == 0)
        }
    }

    @Test func aSinglePieceIsCompleteAtOnce() {
        var reassembler = Reassembler()
        let payload = Self.payload(100)
        let outcome = reassembler.insert(Self.fragment(1, 0, 100, payload), from: Self.source, at: .zero)
        #expect(outcome == .complete(payload))
    }

    @Test func interleavedPacketsAndSourcesDoNotMix() throws {
        let other = NodeID(high: 2, low: 2)
        var reassembler = Reassembler()
        let first = try FragmentPlan.fragments(of: Self.payload(2500), id: 10)
        let second = try FragmentPlan.fragments(of: [UInt8](repeating: 9, count: 2500), id: 20)
        var complete = 0
        for (one, two) in zip(first, second) {
            for (fragment, source) in [(one, Self.source), (two, Self.source), (two, other)] {
                guard case .complete(let packet) = reassembler.insert(fragment, from: source, at: .zero) else {
                    continue
                }
                #expect(packet == (fragment.id == 10 ? Self.payload(2500) : [UInt8](repeating: 9, count: 2500)))
                complete += 1
            }
        }
        #expect(complete == 3)
    }

    /// `spec/wire.md` §20.8.
    @Test func refusesWhatCouldBlockTheGenuinePiece() {
        var reassembler = Reassembler()
        func insert(_ offset: Int, _ total: Int, _ piece: [UInt8]) -> ReassemblyOutcome {
            reassembler.insert(Self.fragment(1, offset, total, piece), from: Self.source, at: .zero)
        }
        #expect(insert(0, 0, []) == .refused(.empty))
        #expect(insert(0, 10, []) == .refused(.empty))
        #expect(insert(8, 10, [1, 2, 3]) == .refused(.pastTotal))
        #expect(insert(-1, 10, [1]) == .refused(.pastTotal))
        #expect(insert(.max, 10, [1]) == .refused(.pastTotal))
        #expect(insert(0, 70_000, [1]) == .refused(.pastTotal))
        #expect(reassembler.packetCount == 0)
        #expect(insert(4, 10, [4, 5, 6]) == .incomplete)
        #expect(insert(0, 11, [0]) == .refused(.totalMismatch))
        #expect(insert(5, 10, [5]) == .refused(.overlap))
        #expect(insert(6, 10, [6, 7]) == .refused(.overlap))
        #expect(insert(2, 10, [2, 3, 4]) == .refused(.overlap))
        #expect(insert(0, 10, [0, 1, 2, 3, 4, 5, 6, 7]) == .refused(.overlap))
        // The first piece at an offset wins, even if the lengths differ.
        #expect(insert(4, 10, [9, 9]) == .incomplete)
        #expect(insert(0, 10, [0, 1, 2, 3]) == .incomplete)
        #expect(insert(7, 10, [7, 8, 9]) == .complete([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    }

    @Test func packetsExpireAfterTenSecondsFromTheFirstFragment() {
        var reassembler = Reassembler()
        let nine = MonotonicTime.zero.advanced(by: .seconds(9))
        let ten = MonotonicTime.zero.advanced(by: .seconds(10))
        #expect(reassembler.insert(Self.fragment(1, 0, 3, [1]), from: Self.source, at: .zero) == .incomplete)
        #expect(reassembler.insert(Self.fragment(1, 1, 3, [2]), from: Self.source, at: nine) == .incomplete)
        #expect(reassembler.insert(Self.fragment(2, 0, 3, [1]), from: Self.source, at: nine) == .incomplete)
        reassembler.expire(at: nine)
        #expect(reassembler.packetCount == 2)
        reassembler.expire(at: ten)
        #expect(reassembler.packetCount == 1)
        #expect(reassembler.insert(Self.fragment(1, 2, 3, [3]), from: Self.source, at: ten) == .incomplete)
    }

    @Test func oneSourceLosesItsOldestPacketOnly() {
        var limits = ReassemblyLimits()
        limits.packetsPerSource = 4
        var reassembler = Reassembler(limits: limits)
        let victim = NodeID(high: 9, low: 9)
        #expect(reassembler.insert(Self.fragment(1, 0, 2, [1]), from: victim, at: .zero) == .incomplete)
        for id in 0..<100 as Range<UInt32> {
            #expect(reassembler.insert(Self.fragment(id, 0, 2, [1]), from: Self.source, at: .zero) == .incomplete)
        }
        #expect(reassembler.packetCount == 5)
        #expect(reassembler.insert(Self.fragment(1, 1, 2, [2]), from: victim, at: .zero) == .complete([1, 2]))
        #expect(reassembler.insert(Self.fragment(99, 1, 2, [2]), from: Self.source, at: .zero) == .complete([1, 2]))
        #expect(reassembler.insert(Self.fragment(95, 1, 2, [2]), from: Self.source, at: .zero) == .incomplete)
    }

    @Test func inventedSourcesAreBounded() {
        var limits = ReassemblyLimits()
        limits.sources = 8
        var reassembler = Reassembler(limits: limits)
        for number in 0..<1000 as Range<UInt64> {
            let source = NodeID(high: number, low: 0)
            #expect(reassembler.insert(Self.fragment(1, 0, 2, [1]), from: source, at: .zero) == .incomplete)
        }
        #expect(reassembler.sourceCount == 8)
        #expect(reassembler.packetCount == 8)
    }

    @Test func memoryIsBounded() {
        var limits = ReassemblyLimits()
        limits.totalBytes = 10_000
        var reassembler = Reassembler(limits: limits)
        let piece = [UInt8](repeating: 1, count: 1200)
        for number in 0..<1000 as Range<UInt32> {
            let fragment = Self.fragment(number / 3, Int(number % 3) * 1200, 65_535, piece)
            _ = reassembler.insert(fragment, from: NodeID(high: UInt64(number / 7), low: 0), at: .zero)
            #expect(reassembler.bufferedBytes <= 10_000)
        }
        #expect(reassembler.bufferedBytes > 8_000)
    }

    @Test func piecesOfOnePacketAreBounded() {
        var reassembler = Reassembler()
        var refused = 0
        for offset in stride(from: 0, to: 65_000, by: 2) {
            let outcome = reassembler.insert(Self.fragment(1, offset, 65_535, [1]), from: Self.source, at: .zero)
            if outcome == .refused(.noRoom) { refused += 1 }
        }
        #expect(refused == 32_500 - 512)
    }
}

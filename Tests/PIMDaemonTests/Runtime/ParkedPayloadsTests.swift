import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct ParkedPayloadsTests {
    private let start = MonotonicTime.zero
    private func peer(_ number: UInt64) -> NodeID { NodeID(high: 1, low: number) }

    /// Parks as many frames as are taken, and says how many that were.
    private func fill(_ parked: inout ParkedPayloads, for peer: NodeID, with frame: [UInt8]) -> Int {
        var count = 0
        while parked.park(frame, for: peer, at: start) { count += 1 }
        return count
    }

    @Test func whatIsParkedComesBackInOrder() {
        var parked = ParkedPayloads()
        for byte in UInt8(1)...3 { _ = parked.park([byte], for: peer(1), at: start) }
        let first = parked.take(for: peer(1), at: start)
        #expect(first == [[1], [2], [3]])
        let second = parked.take(for: peer(1), at: start)
        #expect(second.isEmpty)
    }

    @Test func whatIsOldIsGoneAndMakesRoom() {
        var parked = ParkedPayloads()
        #expect(fill(&parked, for: peer(1), with: [1]) == ParkedPayloads.framesPerPeer)
        let later = start.advanced(by: ParkedPayloads.lifetime)
        _ = parked.park([3], for: peer(1), at: later)
        let rest = parked.take(for: peer(1), at: later)
        #expect(rest == [[3]])
    }

    @Test func bytesAreBoundedPerPeerAndInAll() {
        var parked = ParkedPayloads()
        let frame = [UInt8](repeating: 0, count: 64 << 10)
        let perPeer = ParkedPayloads.bytesPerPeer / frame.count
        for number in 1...UInt64(ParkedPayloads.bytesInAll / ParkedPayloads.bytesPerPeer) {
            #expect(fill(&parked, for: peer(number), with: frame) == perPeer)
        }
        #expect(fill(&parked, for: peer(100), with: frame) == 0)
        let taken = parked.take(for: peer(1), at: start)
        #expect(taken.count == perPeer)
        #expect(fill(&parked, for: peer(100), with: frame) == perPeer)
    }
}

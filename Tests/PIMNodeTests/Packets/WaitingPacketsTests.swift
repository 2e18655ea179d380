import PIMCore
import Testing

@testable import PIMNode

/// The first packets to nodes without a session (`design/extensions.md` §4).
@Suite struct WaitingPacketsTests {
    private let bob = NodeID.filled(2)
    private let carol = NodeID.filled(1)
    private var waiting = WaitingPackets()

    private func packet(_ number: UInt8, _ count: Int = 1000) -> [UInt8] {
        [number] + [UInt8](repeating: 0, count: count - 1)
    }

    @Test mutating func packetsLeaveInOrderAndOnce() {
        #expect(waiting.isEmpty)
        for number in 0..<UInt8(5) {
            #expect(waiting.append(packet(number), for: bob, at: .seconds(Double(number))) == 0)
        }
        #expect(waiting.append(packet(9), for: carol, at: .zero) == 0)
        #expect(!waiting.isEmpty)
        #expect(waiting.take(for: bob, at: .seconds(5)).map(\.first) == [0, 1, 2, 3, 4])
        #expect(waiting.take(for: bob, at: .seconds(5)).isEmpty)
        #expect(waiting.take(for: carol, at: .seconds(5)) == [packet(9)])
        #expect(waiting.isEmpty)
    }

    @Test mutating func theOldestOfANodeGoFirst() {
        var dropped = 0
        for number in 0..<UInt8(5) { dropped += waiting.append(packet(number, 40_000), for: bob, at: .zero) }
        #expect(dropped == 2)
        #expect(waiting.take(for: bob, at: .zero).map(\.first) == [2, 3, 4])
    }

    @Test mutating func aPacketThatFitsNowhereIsNotKept() {
        #expect(waiting.append(packet(1), for: bob, at: .zero) == 0)
        #expect(waiting.append(packet(2, WaitingPackets.bytesPerNode + 1), for: bob, at: .zero) == 1)
        #expect(waiting.take(for: bob, at: .zero) == [packet(1)])
        #expect(waiting.append(packet(2, WaitingPackets.bytesPerNode), for: bob, at: .zero) == 0)
        #expect(waiting.take(for: bob, at: .zero).count == 1)
    }

    /// Whatever the NodeIDs: the smallest one belongs to the newest packet here.
    @Test mutating func theOldestOfAllGoFirst() {
        let size = 1 << 16
        var dropped = 0
        for number in 0..<16 {
            let node = NodeID(high: 1, low: UInt64(100 - number))
            dropped += waiting.append(packet(UInt8(number), size), for: node, at: .seconds(Double(number) / 10))
        }
        #expect(dropped == 0)
        #expect(waiting.append(packet(99, size), for: NodeID(high: 0, low: 1), at: .seconds(2)) == 1)
        #expect(waiting.append(packet(98, size), for: NodeID(high: 0, low: 2), at: .seconds(2)) == 1)
        for number in 0..<16 {
            let left = waiting.take(for: NodeID(high: 1, low: UInt64(100 - number)), at: .seconds(2))
            #expect(left.count == (number < 2 ? 0 : 1))
        }
        #expect(waiting.take(for: NodeID(high: 0, low: 1), at: .seconds(2)).count == 1)
        #expect(waiting.take(for: NodeID(high: 0, low: 2), at: .seconds(2)).count == 1)
        #expect(waiting.isEmpty)
    }

    @Test mutating func nothingWaitsForMoreThanTenSeconds() {
        _ = waiting.append(packet(1), for: bob, at: .zero)
        _ = waiting.append(packet(2), for: bob, at: .seconds(5))
        #expect(waiting.take(for: bob, at: .seconds(9.999)).count == 2)
        _ = waiting.append(packet(1), for: bob, at: .zero)
        _ = waiting.append(packet(2), for: bob, at: .seconds(5))
        #expect(waiting.take(for: bob, at: .seconds(10)) == [packet(2)])
        // The next packet, to whomever, drops and counts what is too old.
        _ = waiting.append(packet(1), for: bob, at: .zero)
        _ = waiting.append(packet(2), for: bob, at: .seconds(5))
        #expect(waiting.append(packet(3), for: carol, at: .seconds(10)) == 1)
        #expect(waiting.append(packet(4), for: carol, at: .seconds(15)) == 1)
        #expect(waiting.take(for: bob, at: .seconds(15)).isEmpty)
        #expect(waiting.take(for: carol, at: .seconds(15)) == [packet(3), packet(4)])
        #expect(waiting.isEmpty)
    }
}

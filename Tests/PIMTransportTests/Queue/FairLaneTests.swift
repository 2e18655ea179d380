import NIOCore
import PIMCore
import PIMWire
import Testing

@testable import PIMTransport

@Suite struct FairLaneTests {
    /// A message that says where it belongs and which one of its pair it is.
    private struct Mark: Equatable {
        var ingress: UInt64
        var pair: UInt8
        var number: Int
    }

    private static let overhead = 8

    private func label(_ ingress: UInt64?, _ pair: UInt8) -> FlowLabel {
        let header = MeshHeader(
            source: NodeID(high: 1, low: UInt64(pair)), destination: Fixtures.bob, ttl: 8, flags: [], payloadLength: 0)
        return FlowLabel(.meshBytes(header, []), from: ingress.map { LinkID(rawValue: $0) }, seed: 7)
    }

    private func append(
        _ number: Int, size: Int = 1000, to lane: inout FairLane, ingress: UInt64? = nil, pair: UInt8 = 1,
        pool: ChunkPool? = nil
    ) -> Bool {
        lane.append(size: size, label: label(ingress, pair), pool: pool) { space in
            space.initializeMemory(as: UInt8.self, repeating: 0)
            space.storeBytes(of: UInt32(size - 4).bigEndian, as: UInt32.self)
            space[4] = UInt8(ingress ?? 0)
            space[5] = pair
            space.storeBytes(of: UInt16(number).bigEndian, toByteOffset: 6, as: UInt16.self)
        }
    }

    private func marks(_ chunk: ByteBuffer) -> [Mark] {
        var chunk = chunk
        var marks: [Mark] = []
        while let length = chunk.readInteger(as: UInt32.self), var body = chunk.readSlice(length: Int(length)),
            let ingress = body.readInteger(as: UInt8.self), let pair = body.readInteger(as: UInt8.self),
            let number = body.readInteger(as: UInt16.self)
        {
            marks.append(Mark(ingress: UInt64(ingress), pair: pair, number: Int(number)))
        }
        return marks
    }

    private func drain(_ lane: inout FairLane, upTo bytes: Int = .max) -> [Mark] {
        var all: [Mark] = []
        var taken = 0
        while taken < bytes, let chunk = lane.popFirst(pool: nil) {
            taken += chunk.readableBytes
            all += marks(chunk)
        }
        return all
    }

    @Test func aSingleFlowStaysInOrderAndInLargeBuffers() {
        var lane = FairLane(capacity: 4 << 20, relayCapacity: 1 << 20)
        for number in 0..<1000 { #expect(append(number, to: &lane)) }
        var chunks = 0
        var numbers: [Int] = []
        while let chunk = lane.popFirst(pool: nil) {
            chunks += 1
            numbers += marks(chunk).map(\.number)
        }
        #expect(numbers == Array(0..<1000))
        #expect(chunks <= 1_000_000 / OutboundLane.chunkBytes + 2)
        #expect(lane.bytes == 0)
    }

    @Test func aPairWithNothingQueuedGoesFirst() {
        var lane = FairLane(capacity: 4 << 20, relayCapacity: 4 << 20)
        for number in 0..<1000 { #expect(append(number, to: &lane, ingress: 1)) }
        _ = drain(&lane, upTo: 100_000)
        #expect(append(1, to: &lane, ingress: 2))
        #expect(lane.popFirst(pool: nil).map(marks)?.first == Mark(ingress: 2, pair: 1, number: 1))
    }

    @Test func waysInShareFairlyHoweverManyPairsOneHas() {
        var lane = FairLane(capacity: 4 << 20, relayCapacity: 4 << 20)
        for number in 0..<2000 { #expect(append(number, to: &lane, ingress: 1, pair: UInt8(number % 200))) }
        for number in 0..<1000 { #expect(append(number, to: &lane, ingress: 2)) }
        let taken = drain(&lane, upTo: 1_000_000)
        let share = Double(taken.count { $0.ingress == 2 }) / Double(taken.count)
        #expect((0.45...0.55).contains(share), "\(share)")
    }

    @Test func pairsOfOneWayInShareFairly() {
        var lane = FairLane(capacity: 4 << 20, relayCapacity: 4 << 20)
        for number in 0..<1500 { #expect(append(number, to: &lane, ingress: 1, pair: 1)) }
        for number in 0..<500 { #expect(append(number, to: &lane, ingress: 1, pair: 2)) }
        let taken = drain(&lane, upTo: 800_000)
        let share = Double(taken.count { $0.pair == 2 }) / Double(taken.count)
        #expect((0.4...0.6).contains(share), "\(share)")
    }

    /// A neighbour that makes up a new pair for every frame must not overtake for ever.
    @Test func newPairsCannotStarveOthers() {
        var lane = FairLane(capacity: 4 << 20, relayCapacity: 2 << 20)
        for number in 0..<1000 { #expect(append(number, to: &lane, ingress: 1)) }
        var pair: UInt8 = 0
        var honest = 0
        var taken = 0
        for number in 0..<2000 {
            for _ in 0..<40 {
                pair &+= 1
                _ = append(number, to: &lane, ingress: 2, pair: pair)
            }
            guard let chunk = lane.popFirst(pool: nil) else { break }
            let marks = marks(chunk)
            taken += marks.count
            honest += marks.count { $0.ingress == 1 }
            if honest >= 900 { break }
        }
        #expect(honest >= 900)
        #expect(Double(honest) / Double(taken) > 0.3, "\(honest) of \(taken)")
    }

    @Test func framesOfOnePairNeverOvertakeEachOther() {
        var random = SystemRandomNumberGenerator()
        var lane = FairLane(capacity: 4 << 20, relayCapacity: 4 << 20)
        var next: [Mark] = []
        var sent: [String: Int] = [:]
        var received: [String: Int] = [:]
        for _ in 0..<3000 {
            let (ingress, pair) = (UInt64.random(in: 0..<4, using: &random), UInt8.random(in: 0..<6, using: &random))
            let key = "\(ingress) \(pair)"
            let size = Int.random(in: 100...3000, using: &random)
            if append(
                sent[key, default: 0] % 65_536, size: size, to: &lane, ingress: ingress == 0 ? nil : ingress, pair: pair
            ) {
                sent[key, default: 0] += 1
            }
            if UInt8.random(in: 0..<20, using: &random) == 0, let chunk = lane.popFirst(pool: nil) {
                next = marks(chunk)
                for mark in next {
                    let key = "\(mark.ingress) \(mark.pair)"
                    #expect(mark.number >= received[key, default: 0] % 65_536)
                    received[key] = mark.number + 1
                }
            }
        }
        #expect(received.count > 20)
    }

    @Test func theLongestQueueMakesRoom() {
        var lane = FairLane(capacity: 1 << 20, relayCapacity: 200_000)
        var accepted = 0
        while append(accepted, to: &lane, ingress: 1) { accepted += 1 }
        #expect(accepted == 200)
        for number in 0..<50 { #expect(append(number, to: &lane, ingress: 2)) }
        #expect(lane.takeShed() == 50)
        #expect(lane.takeShed() == 0)
        #expect(lane.bytes <= 200_000)
        let left = drain(&lane)
        #expect(left.filter { $0.ingress == 2 }.map(\.number) == Array(0..<50))
        // What overtakes is not shed; of the queue the oldest went.
        let kept = left.filter { $0.ingress == 1 }.map(\.number)
        #expect(kept.count == 150 && kept.last == 199 && kept.first == 0)
    }

    @Test func relayedFramesNeverTakeTheRoomOfOwnOnes() {
        var lane = FairLane(capacity: 100_000, relayCapacity: 100_000)
        while append(0, to: &lane, ingress: 1) {}
        var own = 0
        while append(own, to: &lane) { own += 1 }
        #expect(own == 100)
        #expect(lane.bytes == 200_000)
        #expect(drain(&lane).filter { $0.ingress == 0 }.map(\.number) == Array(0..<100))
    }

    @Test func memoryStaysNearTheBoundUnderEndlessShedding() {
        var lane = FairLane(capacity: 100_000, relayCapacity: 100_000)
        for number in 0..<4000 {
            _ = append(number % 60_000, to: &lane, ingress: UInt64(1 + number % 2), pair: UInt8(number % 7))
        }
        var memory = 0
        while let chunk = lane.popFirst(pool: nil) { memory += chunk.capacity }
        #expect(memory < 1 << 20)
        #expect(lane.bytes == 0)
    }

    @Test func manySmallQueuesLeaveInFewBuffers() {
        var lane = FairLane(capacity: 4 << 20, relayCapacity: 4 << 20)
        for number in 0..<400 { #expect(append(number, to: &lane, ingress: 1, pair: UInt8(number % 200))) }
        var chunks = 0
        while lane.popFirst(pool: nil) != nil { chunks += 1 }
        #expect(chunks <= 400_000 / FairLane.sharedChunkBytes + 3)
    }

    @Test func pacedFramesLeaveOneByOne() {
        var lane = FairLane(capacity: 1 << 20, relayCapacity: 1 << 20)
        lane.isPaced = true
        for number in 0..<100 { #expect(append(number, to: &lane, ingress: UInt64(1 + number % 3))) }
        var chunks = 0
        while let chunk = lane.popFirst(pool: nil) {
            chunks += 1
            #expect(marks(chunk).count == 1)
        }
        #expect(chunks == 100)
    }

    @Test func discardForgetsEverything() {
        var lane = FairLane(capacity: 1 << 20, relayCapacity: 1 << 20)
        for number in 0..<100 { #expect(append(number, to: &lane, ingress: UInt64(number % 3))) }
        lane.discard()
        #expect(lane.bytes == 0)
        #expect(lane.popFirst(pool: nil) == nil)
    }

    @Test func labelsAreSmallAndDependOnTheSeed() {
        var pairs: Set<Int> = []
        var moved = 0
        for pair in 0..<UInt8.max {
            let label = label(UInt64(pair) * 1000, pair)
            #expect((0..<FlowLabel.ingresses).contains(label.ingress) && (0..<FlowLabel.pairs).contains(label.pair))
            pairs.insert(label.pair)
            let header = MeshHeader(
                source: NodeID(high: 1, low: UInt64(pair)), destination: Fixtures.bob, ttl: 8, flags: [],
                payloadLength: 0)
            if FlowLabel(.meshBytes(header, []), from: nil, seed: 8).pair != label.pair { moved += 1 }
        }
        #expect(pairs.count > 100 && moved > 200)
    }
}

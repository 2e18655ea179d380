import PIMCore
import PIMPlugin
import Testing

@testable import PIMPluginHost

@Suite struct FairQueueTests {
    private func takeAll(_ queue: inout FairQueue) -> [InboundPayload] {
        var all: [InboundPayload] = []
        while let payload = queue.take() { all.append(payload) }
        return all
    }

    @Test func servesSourcesInTurnAndEachInOrder() {
        var queue = FairQueue(capacity: 16)
        for number in 0..<3 { #expect(queue.offer(.sample([UInt8(number)], from: 1)) == .queued) }
        for number in 10..<12 { #expect(queue.offer(.sample([UInt8(number)], from: 2)) == .queued) }
        #expect(queue.offer(.sample([20], from: 3)) == .queued)
        #expect(takeAll(&queue).map(\.body) == [[0], [10], [20], [1], [11], [2]])
        #expect(queue.count == 0)
        #expect(queue.sourceCount == 0)
    }

    @Test func sourceThatComesLateIsServedInTheSameRound() {
        var queue = FairQueue(capacity: 256)
        for number in 0..<200 { _ = queue.offer(.sample([UInt8(number)], from: 1)) }
        _ = queue.offer(.sample([255], from: 2))
        #expect(queue.take()?.body == [0])
        #expect(queue.take()?.body == [255])
    }

    @Test func fullQueueTakesTheNewestOfTheLongestSource() {
        var queue = FairQueue(capacity: 4)
        for number in 0..<4 { _ = queue.offer(.sample([UInt8(number)], from: 1)) }
        #expect(queue.offer(.sample([10], from: 2)) == .displaced(.sample(1)))
        #expect(queue.offer(.sample([11], from: 2)) == .displaced(.sample(1)))
        #expect(queue.offer(.sample([12], from: 2)) == .refused)
        #expect(queue.count == 4)
        #expect(takeAll(&queue).map(\.body) == [[0], [10], [1], [11]])
    }

    @Test func floodingSourceLosesItsOwnNewest() {
        var queue = FairQueue(capacity: 4)
        for number in 0..<4 { _ = queue.offer(.sample([UInt8(number)], from: 1)) }
        #expect(queue.offer(.sample([4], from: 1)) == .refused)
        #expect(takeAll(&queue).map(\.body) == [[0], [1], [2], [3]])
    }

    @Test func equalSharesAreNotDisturbed() {
        var queue = FairQueue(capacity: 4)
        for source in 1...4 { _ = queue.offer(.sample(from: source)) }
        #expect(queue.offer(.sample(from: 5)) == .refused)
        #expect(queue.offer(.sample(from: 1)) == .refused)
        #expect(takeAll(&queue).map(\.source) == (1...4).map(NodeID.sample))
    }

    @Test func tenPayloadsOfAnotherSourceSurviveAFlood() {
        var queue = FairQueue(capacity: 256)
        var flood = 0
        for number in 0..<10 {
            for _ in 0..<10_000 {
                _ = queue.offer(.sample(from: 1))
                flood += 1
            }
            #expect(queue.offer(.sample([UInt8(number)], from: 2)) != .refused)
        }
        #expect(flood == 100_000)
        let served = takeAll(&queue)
        #expect(served.count == 256)
        let positions = served.indices.filter { served[$0].source == .sample(2) }
        // Every second one served is theirs until they are through.
        #expect(positions == (0..<10).map { 2 * $0 + 1 })
        #expect(served.filter { $0.source == .sample(2) }.map(\.body) == (0..<10).map { [UInt8($0)] })
    }

    @Test func claimedSourceIsHeldBackUntilReleased() throws {
        var queue = FairQueue(capacity: 8)
        for number in 0..<2 { _ = queue.offer(.sample([UInt8(number)], from: 1)) }
        _ = queue.offer(.sample([10], from: 2))
        let claims = [queue.claim(), queue.claim()]
        let (first, second) = (try #require(claims[0]), try #require(claims[1]))
        #expect([first.payload.body, second.payload.body] == [[0], [10]])
        #expect(queue.claim()?.payload.body == nil)
        #expect(!queue.isServable)
        _ = queue.offer(.sample([11], from: 2))
        #expect(!queue.isServable)
        queue.release(first.claim)
        #expect(queue.claim()?.payload.body == [1])
        queue.release(second.claim)
        #expect(queue.claim()?.payload.body == [11])
    }

    @Test func removingAllNamesEverySourceOnceAPayload() throws {
        var queue = FairQueue(capacity: 8)
        for source in [1, 1, 2, 3, 3] { _ = queue.offer(.sample(from: source)) }
        let claim = queue.claim()
        let claimed = try #require(claim)
        #expect(queue.removeAll().map(\.low).sorted() == [1, 2, 3, 3])
        #expect(queue.count == 0)
        queue.release(claimed.claim)
        #expect(queue.sourceCount == 0)
    }

    /// Against a model that is obviously right: arrays of arrays.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func agreesWithASimpleModel(seed: UInt64) {
        var random = SplitMix(state: seed)
        var queue = FairQueue(capacity: 12)
        var lanes: [(source: Int, bodies: [[UInt8]])] = []
        for step in 0..<5_000 {
            if Int.random(in: 0..<100, using: &random) < 55 {
                let source = Int.random(in: 1...5, using: &random)
                let body = [UInt8(truncatingIfNeeded: step), UInt8(truncatingIfNeeded: step >> 8)]
                let own = lanes.first { $0.source == source }?.bodies.count ?? 0
                let admission = queue.offer(.sample(body, from: source))
                if lanes.reduce(0, { $0 + $1.bodies.count }) == 12 {
                    let most = lanes.map(\.bodies.count).max() ?? 0
                    guard most > own + 1 else {
                        #expect(admission == .refused)
                        continue
                    }
                    guard case .displaced(let victim) = admission,
                        let lane = lanes.firstIndex(where: { NodeID.sample($0.source) == victim })
                    else {
                        Issue.record("expected a displacement, got \(admission)")
                        return
                    }
                    #expect(lanes[lane].bodies.count == most)
                    lanes[lane].bodies.removeLast()
                } else {
                    #expect(admission == .queued)
                }
                if let lane = lanes.firstIndex(where: { $0.source == source }) {
                    lanes[lane].bodies.append(body)
                } else {
                    lanes.append((source, [body]))
                }
            } else if lanes.isEmpty {
                #expect(queue.take()?.body == nil)
            } else {
                var lane = lanes.removeFirst()
                #expect(queue.take()?.body == lane.bodies.removeFirst())
                if !lane.bodies.isEmpty { lanes.append(lane) }
            }
        }
        #expect(queue.count == lanes.reduce(0) { $0 + $1.bodies.count })
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

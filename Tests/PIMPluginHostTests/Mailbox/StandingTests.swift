import PIMCore
import PIMPlugin
import Testing

@testable import PIMPluginHost

/// Sources that are proven and sources that are only claimed.
@Suite struct StandingTests {
    private func bodies(_ queue: inout FairQueue) -> [[UInt8]] {
        var all: [[UInt8]] = []
        while let payload = queue.take() { all.append(payload.body) }
        return all
    }

    @Test func madeUpSourcesCannotKeepAProvenOneOut() {
        var queue = FairQueue(capacity: 64)
        for source in 0..<1000 { _ = queue.offer(.sample([0], from: source)) }
        for number in 0..<48 {
            let admission = queue.offer(.sample([1, UInt8(number)], from: 5000, security: .endToEnd))
            guard case .displaced = admission else {
                Issue.record("payload \(number) of the proven source: \(admission)")
                return
            }
        }
        // A quarter is left to the others.
        #expect(queue.offer(.sample([1, 48], from: 5000, security: .endToEnd)) == .refused)
        #expect(queue.count == 64)
        #expect(queue.count(of: .sample(5000)) == 48)
    }

    @Test func provenSourcesGetEveryOtherTurn() {
        var queue = FairQueue(capacity: 256)
        for source in 0..<100 { _ = queue.offer(.sample([0], from: source)) }
        for number in 1...20 { _ = queue.offer(.sample([UInt8(number)], from: 5000, security: .link)) }
        let first = (0..<40).compactMap { _ in queue.take()?.body.first }
        #expect(first.filter { $0 != 0 } == Array(1...20))
    }

    @Test func provenSourcesLeaveAQuarterToOthers() {
        var queue = FairQueue(capacity: 64)
        for number in 0..<200 { _ = queue.offer(.sample([1], from: number % 3, security: .endToEnd)) }
        for source in 100..<116 {
            guard case .displaced = queue.offer(.sample([0], from: source)) else {
                Issue.record("source \(source) has no place")
                return
            }
        }
        #expect(queue.offer(.sample([0], from: 200)) == .refused)
        #expect(queue.count == 64)
    }

    @Test func aForgedPayloadTakesNothingOfItsNamesShare() {
        var queue = FairQueue(capacity: 8)
        for number in 0..<8 { _ = queue.offer(.sample([UInt8(number)], from: 1)) }
        #expect(queue.offer(.sample([100], from: 1, security: .endToEnd)) == .displaced(.sample(1)))
        #expect(bodies(&queue) == [[100], [0], [1], [2], [3], [4], [5], [6]])
        #expect(queue.sourceCount == 0)
    }

    @Test func aLaneThatLosesItsLastPayloadIsGone() {
        var queue = FairQueue(capacity: 4)
        for source in 1...4 { _ = queue.offer(.sample([UInt8(source)], from: source)) }
        for number in 10..<13 {
            guard case .displaced = queue.offer(.sample([UInt8(number)], from: 9, security: .link)) else {
                Issue.record("no place for \(number)")
                return
            }
        }
        #expect(queue.sourceCount == 2)
        #expect(bodies(&queue).count == 4)
        #expect(!queue.isServable && queue.sourceCount == 0)
        #expect(queue.offer(.sample([1], from: 2)) == .queued)
        #expect(bodies(&queue) == [[1]])
    }

    /// Against a plain model: nothing is lost or invented, whatever comes, is claimed and released.
    @Test(arguments: UInt64(1)...4)
    func staysConsistentUnderRandomUse(seed: UInt64) {
        var random = Generator(state: seed)
        var queue = FairQueue(capacity: 16)
        var inside = 0
        var claims: [FairQueue.Claim] = []
        for step in 0..<2000 {
            switch UInt64.random(in: 0..<8, using: &random) {
            case 0...4:
                let source = Int.random(in: 0..<9, using: &random)
                let security: PayloadSecurity = Bool.random(using: &random) ? .endToEnd : .unauthenticated
                let admission = queue.offer(.sample([UInt8(step % 256)], from: source, security: security))
                if admission == .queued { inside += 1 }
            case 5:
                if queue.take() != nil { inside -= 1 }
            case 6:
                if let (_, claim) = queue.claim() {
                    inside -= 1
                    claims.append(claim)
                }
            default:
                if let claim = claims.popLast() { queue.release(claim) }
            }
            #expect(queue.count == inside && inside <= 16)
        }
        for claim in claims { queue.release(claim) }
        #expect(bodies(&queue).count == inside)
        #expect(queue.sourceCount == 0)
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}

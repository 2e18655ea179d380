import PIMCore
import Testing

@testable import PIMNode

@Suite struct ReputationTests {
    private let node = NodeID.filled(7)

    @Test(arguments: [
        (Misdeed.badFrame, 64), (.crowding, 64), (.silence, 32), (.undecodable, 16), (.wrongSecret, 16),
        (.badSignature, 8), (.noise, 8), (.replay, 8), (.impersonation, 4), (.distanceLie, 4),
    ])
    func excludesAfterSoManyMisdeedsAtOnce(misdeed: Misdeed, count: Int) {
        var reputation = Reputation<NodeID>()
        for _ in 1..<count { #expect(reputation.add(misdeed, of: node, at: .zero) == .noted) }
        #expect(!reputation.isExcluded(node))
        #expect(reputation.add(misdeed, of: node, at: .zero) == .excluded(insteadOf: nil))
        #expect(reputation.isExcluded(node))
    }

    @Test func forgivesWithTime() {
        var reputation = Reputation<NodeID>()
        for second in 0..<1000 {
            #expect(reputation.add(.badFrame, of: node, at: .seconds(Double(second) * 2)) == .noted)
        }
    }

    @Test func liftsAnExclusionWhenItIsOver() {
        var reputation = Reputation<NodeID>()
        for _ in 0..<4 { _ = reputation.add(.distanceLie, of: node, at: .zero) }
        #expect(reputation.nextDeadline == .seconds(60))
        #expect(reputation.liftExclusions(at: .seconds(59)) == [])
        #expect(reputation.isExcluded(node))
        #expect(reputation.liftExclusions(at: .seconds(60)) == [node])
        #expect(!reputation.isExcluded(node))
        #expect(reputation.nextDeadline == nil)
    }

    @Test func remembersABoundedNumberOfNodes() {
        var reputation = Reputation<NodeID>()
        for number in 0..<UInt64(reputation.capacity * 5) {
            for _ in 0..<4 { _ = reputation.add(.distanceLie, of: NodeID(high: 1, low: number), at: .zero) }
            _ = reputation.add(.badFrame, of: NodeID(high: 2, low: number), at: .zero)
        }
        #expect(reputation.excluded.count <= reputation.capacity)
        #expect(reputation.recordCount <= reputation.capacity)
    }

    @Test func aFullListNamesWhoIsLetGo() {
        var reputation = Reputation<NodeID>(capacity: 2)
        for number in 1...3 {
            let time = MonotonicTime.seconds(Double(number))
            for _ in 0..<3 { _ = reputation.add(.distanceLie, of: .filled(UInt8(number)), at: time) }
            let verdict = reputation.add(.distanceLie, of: .filled(UInt8(number)), at: time)
            #expect(verdict == .excluded(insteadOf: number == 3 ? .filled(1) : nil))
        }
        #expect(!reputation.isExcluded(.filled(1)) && reputation.isExcluded(.filled(3)))
    }
}

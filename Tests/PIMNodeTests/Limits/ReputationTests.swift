import PIMCore
import Testing

@testable import PIMNode

@Suite struct ReputationTests {
    private let node = NodeID.filled(7)

    @Test(arguments: [
        (Misdeed.badFrame, 64), (.undecodable, 16), (.badSignature, 8), (.impersonation, 4), (.distanceLie, 4),
    ])
    func excludesAfterSoManyMisdeedsAtOnce(misdeed: Misdeed, count: Int) {
        var reputation = Reputation()
        for _ in 1..<count { #expect(reputation.add(misdeed, of: node, at: .zero) == false) }
        #expect(!reputation.isExcluded(node))
        #expect(reputation.add(misdeed, of: node, at: .zero) == true)
        #expect(reputation.isExcluded(node))
    }

    @Test func forgivesWithTime() {
        var reputation = Reputation()
        for second in 0..<1000 {
            #expect(reputation.add(.badFrame, of: node, at: .seconds(Double(second) * 2)) == false)
        }
    }

    @Test func liftsAnExclusionWhenItIsOver() {
        var reputation = Reputation()
        for _ in 0..<4 { _ = reputation.add(.distanceLie, of: node, at: .zero) }
        #expect(reputation.nextDeadline == .seconds(60))
        reputation.liftExclusions(at: .seconds(59))
        #expect(reputation.isExcluded(node))
        reputation.liftExclusions(at: .seconds(60))
        #expect(!reputation.isExcluded(node))
        #expect(reputation.nextDeadline == nil)
    }

    @Test func remembersABoundedNumberOfNodes() {
        var reputation = Reputation()
        for number in 0..<UInt64(Reputation.capacity * 5) {
            for _ in 0..<4 { _ = reputation.add(.distanceLie, of: NodeID(high: 1, low: number), at: .zero) }
            _ = reputation.add(.badFrame, of: NodeID(high: 2, low: number), at: .zero)
        }
        #expect(reputation.excluded.count <= Reputation.capacity)
        #expect(reputation.recordCount <= Reputation.capacity)
    }
}

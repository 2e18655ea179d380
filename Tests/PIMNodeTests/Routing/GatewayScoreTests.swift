import Testing

@testable import PIMNode

@Suite struct GatewayScoreTests {
    /// MG-12; `spec/routing.md` §14 and `spec/daemon.md` §25.
    @Test(arguments: [
        (UInt8(1), UInt8(0), UInt32?.none, UInt32(100)), (1, 255, nil, 227), (1, 0, 1000, 200), (2, 100, 200, 270),
        (2, 220, nil, 310), (3, 0, nil, 300), (2, 0, 800, 280), (2, 0, 3000, 500), (2, 0, nil, 200), (1, 200, 50, 205),
        (15, 255, 9999, 2626),
    ])
    func scores(hops: UInt8, load: UInt8, roundTrip: UInt32?, score: UInt32) {
        #expect(GatewayScore(hops: hops, load: load, roundTrip: roundTrip).value == score)
    }

    @Test(arguments: [
        (UInt32(0), UInt32(10), true), (0, 0, false), (0, 500, true), (10, 0, false),
    ])
    func aClearVictoryIsAFifthOrFiftyPoints(better: UInt32, worse: UInt32, isClear: Bool) {
        let left = GatewayScore(hops: 0, load: 0, roundTrip: better * 10)
        let right = GatewayScore(hops: 0, load: 0, roundTrip: worse * 10)
        #expect(left.clearlyBeats(right) == isClear)
    }

    @Test func aTenthBetterIsNotEnough() {
        #expect(
            !GatewayScore(hops: 1, load: 180, roundTrip: nil).clearlyBeats(
                GatewayScore(hops: 2, load: 0, roundTrip: 50)))
    }
}

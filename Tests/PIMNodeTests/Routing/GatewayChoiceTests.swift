import PIMCore
import Testing

@testable import PIMNode

@Suite struct GatewayChoiceTests {
    private let first = NodeID.filled(1)
    private let second = NodeID.filled(2)

    private func score(_ load: UInt8) -> GatewayScore { GatewayScore(hops: 1, load: load, roundTrip: nil) }

    @Test func equalGatewaysGoToTheSmallerNodeID() {
        var choice = GatewayChoice()
        #expect(choice.update([second: score(0), first: score(0)], at: .zero) == true)
        #expect(choice.selected == first)
    }

    @Test func aClearlyBetterGatewayIsTakenAfterTenSeconds() {
        var choice = GatewayChoice()
        _ = choice.update([first: score(200)], at: .zero)
        let both = [first: score(200), second: score(0)]
        #expect(choice.update(both, at: .seconds(1)) == false)
        #expect(choice.nextDeadline == .seconds(11))
        #expect(choice.update(both, at: .seconds(10.9)) == false)
        #expect(choice.update(both, at: .seconds(11)) == true)
        #expect(choice.selected == second)
        #expect(choice.nextDeadline == nil)
    }

    @Test func anInterruptedChallengeStartsAnew() {
        var choice = GatewayChoice()
        _ = choice.update([first: score(200)], at: .zero)
        let challenge = [first: score(200), second: score(0)]
        _ = choice.update(challenge, at: .seconds(1))
        _ = choice.update([first: score(0), second: score(0)], at: .seconds(8))
        _ = choice.update(challenge, at: .seconds(9))
        #expect(choice.update(challenge, at: .seconds(12)) == false)
        #expect(choice.update(challenge, at: .seconds(19)) == true)
    }

    /// MG-12.
    @Test func aGatewayThatIsGoneIsReplacedAtOnce() {
        var choice = GatewayChoice()
        _ = choice.update([first: score(0), second: score(200)], at: .zero)
        #expect(choice.update([second: score(200)], at: .seconds(1)) == true)
        #expect(choice.selected == second)
        #expect(choice.update([:], at: .seconds(2)) == true)
        #expect(choice.selected == nil)
        #expect(choice.update([:], at: .seconds(3)) == false)
    }
}

import Attacks
import PIMCore
import Testing

/// The tool that shows that tests of attacks can fail.
@Suite struct SafetyRuleTests {
    @Test func anAttackThatARuleStopsIsPrevented() {
        #expect(attack(on: .ownRoute) { SafetyRule.ownRoute.permits(false) } == .prevented)
    }

    @Test func anAttackThatNothingStopsSucceeds() {
        #expect(attack(on: .ownRoute) { true } == .succeeded)
    }

    @Test func suspendingARuleSuspendsNoOther() {
        #expect(attack(on: .ownRoute) { SafetyRule.routeReach.permits(false) } == .pointless)
        #expect(!SafetyRule.ownRoute.permits(false))
    }

    @Test func workForOtherThreadsKeepsTheRules() async {
        let outcome = await attack(on: .ownRoute) {
            await withCheckedContinuation { continuation in
                let work = SafetyRule.inheriting { (answer: CheckedContinuation<Bool, Never>) in
                    answer.resume(returning: SafetyRule.ownRoute.permits(false))
                }
                Task.detached { work(continuation) }
            }
        }
        #expect(outcome == .prevented)
    }
}

import Testing

@testable import PIMDaemon

@Suite struct ConnectionBudgetTests {
    @Test(arguments: [0, 64, 256, 512, 1024, 4096, 20_000, 1 << 20, Int.max])
    func connectionsLeaveAReserve(descriptors: Int) {
        let budget = ConnectionBudget(descriptors: descriptors)
        #expect(budget.strangers >= 16 && budget.links >= 32 && budget.strangersPerAddress >= 1)
        #expect(budget.strangersPerAddress * 2 <= budget.strangers)
        if descriptors >= 512 {
            #expect(budget.links + budget.strangers <= descriptors - ConnectionBudget.reserve)
        }
    }

    @Test func aUsualLimitAllowsTheFullNumbers() {
        let budget = ConnectionBudget(descriptors: 20_000)
        #expect(budget.links == 1024 && budget.strangers == 512 && budget.strangersPerAddress == 32)
    }
}

import PIMCore
import Testing

@testable import PIMNode

@Suite struct HandshakePaceTests {
    private let start = MonotonicTime.zero

    private func answered(_ pace: inout HandshakePace, _ hosts: [String], after delay: Duration = .zero) -> Int {
        let time = start.advanced(by: delay)
        var count = 0
        for host in hosts where pace.take(for: host, at: time) { count += 1 }
        return count
    }

    @Test func anAddressThatAsksAllTheTimeLeavesHalfToOthers() {
        var pace = HandshakePace(perSecond: 10, at: start)
        #expect(answered(&pace, Array(repeating: "192.0.2.1", count: 1000)) == 10)
        #expect(answered(&pace, (10..<30).map { "192.0.2.\($0)" }) == 10)
    }

    @Test func theBudgetOfAnAddressComesBack() {
        var pace = HandshakePace(perSecond: 10, at: start)
        #expect(answered(&pace, Array(repeating: "192.0.2.1", count: 1000)) == 10)
        #expect(answered(&pace, Array(repeating: "192.0.2.1", count: 1000), after: .seconds(1)) == 5)
    }

    @Test func remembersABoundedNumberOfAddresses() {
        var pace = HandshakePace(perSecond: 10_000, at: start)
        #expect(answered(&pace, (0..<2000).map { "host \($0)" }) == 2000)
        #expect(pace.addressCount <= HandshakePace.capacity)
    }
}

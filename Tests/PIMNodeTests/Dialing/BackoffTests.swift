import Testing

@testable import PIMNode

@Suite struct BackoffTests {
    private let backoff = Backoff(first: .seconds(1), ceiling: .seconds(60))

    /// RS-11, up to a minute.
    @Test(arguments: [
        (0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (1000, 60), (.max, 60),
    ])
    func doublesUpToItsCeiling(failures: Int, seconds: Int) {
        #expect(backoff.delay(afterFailures: failures) == .seconds(seconds))
    }
}

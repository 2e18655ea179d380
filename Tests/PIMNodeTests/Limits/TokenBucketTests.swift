import PIMCore
import Testing

@testable import PIMNode

@Suite struct TokenBucketTests {
    @Test func startsFullAndRefillsWithTime() {
        var bucket = TokenBucket(capacity: 2, refillPerSecond: 4, at: .zero)
        #expect(bucket.take(at: .zero) == true)
        #expect(bucket.take(at: .zero) == true)
        #expect(bucket.take(at: .zero) == false)
        #expect(bucket.take(at: .seconds(0.2)) == false)
        #expect(bucket.take(at: .seconds(0.25)) == true)
    }

    @Test func neverHoldsMoreThanItsCapacity() {
        var bucket = TokenBucket(capacity: 2, refillPerSecond: 4, at: .zero)
        let taken = (0..<5).count { _ in bucket.take(at: .seconds(3600)) }
        #expect(taken == 2)
    }

    @Test func theTokenIsThereWhenPromised() {
        var bucket = TokenBucket(capacity: 1, refillPerSecond: 3, at: .zero)
        #expect(bucket.nextAvailable(after: .zero) == .zero)
        #expect(bucket.take(at: .zero) == true)
        let next = bucket.nextAvailable(after: .zero)
        #expect(next > .seconds(0.33))
        #expect(next < .seconds(0.34))
        #expect(bucket.take(at: next) == true)
    }

    @Test func aClockThatStandsStillGivesNothing() {
        var bucket = TokenBucket(capacity: 1, refillPerSecond: 1000, at: .seconds(5))
        #expect(bucket.take(at: .seconds(5)) == true)
        #expect(bucket.take(at: .seconds(4)) == false)
        #expect(bucket.take(at: .seconds(5)) == false)
    }
}

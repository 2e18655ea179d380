import PIMCore
import Testing

@testable import PIMMessaging

@Suite struct SourceLimiterTests {
    @Test func aSourceGetsItsRateAndASecondLaterAgain() {
        var limiter = SourceLimiter(rate: 10)
        let admitted = (0..<15).filter { _ in limiter.admits(.ben, isKnown: true, now: .zero) }.count
        #expect(admitted == 10)
        #expect(limiter.admits(.anna, isKnown: true, now: .zero) == true)
        let later = MonotonicTime.zero.advanced(by: .milliseconds(500))
        #expect((0..<15).filter { _ in limiter.admits(.ben, isKnown: true, now: later) }.count == 5)
    }

    @Test func inventedSourcesShareOneSmallBucket() {
        var limiter = SourceLimiter(rate: 1000)
        let admitted = (0..<1000).filter { number in
            limiter.admits(NodeID(high: 7, low: UInt64(number)), isKnown: false, now: .zero)
        }.count
        #expect(admitted == SourceLimiter.strangerRate)
        #expect(limiter.admits(.ben, isKnown: true, now: .zero) == true)
    }

    @Test func manySourcesAreRememberedOnlyWithinItsBound() {
        var limiter = SourceLimiter(rate: 2)
        for number in 0..<(3 * SourceLimiter.maximumSources) {
            let source = NodeID(high: 1, low: UInt64(number))
            #expect(limiter.admits(source, isKnown: true, now: .zero) == true)
        }
        #expect(limiter.rememberedSources <= SourceLimiter.maximumSources)
    }
}

import Testing

@testable import PIMPluginHost

@Suite struct BatchSizeTests {
    @Test func growsWhileBatchesAreQuickUpToItsLimit() {
        var size = BatchSize(limit: 32)
        var counts: [Int] = []
        for _ in 0..<7 {
            counts.append(size.count)
            size.adapt(toBatchTaking: .microseconds(5))
        }
        #expect(counts == [1, 2, 4, 8, 16, 32, 32])
    }

    @Test func slowBatchMakesTheNextASinglePayload() {
        var size = BatchSize(limit: 32)
        for _ in 0..<5 { size.adapt(toBatchTaking: .zero) }
        #expect(size.count == 32)
        size.adapt(toBatchTaking: .microseconds(100))
        #expect(size.count == 32)
        size.adapt(toBatchTaking: .milliseconds(1))
        #expect(size.count == 1)
    }
}

import PIMCore
import Testing

@testable import PIMPluginHost

@Suite struct TopSourcesTests {
    @Test func ranksByCount() {
        var sources = TopSources(limit: 4)
        sources.count(.sample(1), 3)
        sources.count(.sample(2), 5)
        sources.count(.sample(1))
        #expect(
            sources.ranking == [
                SourceDrops(source: .sample(2), dropped: 5), SourceDrops(source: .sample(1), dropped: 4),
            ])
    }

    @Test func flooderStaysFirstAmongManyMadeUpSources() {
        var sources = TopSources(limit: 16)
        for number in 0..<10_000 {
            sources.count(.sample(1_000 + number))
            sources.count(.sample(7))
        }
        #expect(sources.ranking.count == 16)
        let first = sources.ranking.first
        #expect(first?.source == .sample(7))
        #expect((first?.dropped ?? 0) > 8_000)
    }

    @Test func newcomerIsNotBlamedForWhatItsEntryHeldBefore() {
        var sources = TopSources(limit: 1)
        sources.count(.sample(1), 100)
        sources.count(.sample(2))
        #expect(sources.ranking == [SourceDrops(source: .sample(2), dropped: 1)])
    }
}

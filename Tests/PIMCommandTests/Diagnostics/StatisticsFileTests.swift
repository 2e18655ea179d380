import Testing

@testable import pim

@Suite("The statistics file")
struct StatisticsFileTests {
    /// C1, C2 and C3 of `spec/cli.md` §9.
    @Test func pairsInTheirOrder() {
        let whole = StatisticsFile.pairs(of: "peers=3\nroutes=5\npackets_forwarded=100\nbytes_forwarded=51200\n")
        #expect(whole.map(\.name) == ["peers", "routes", "packets_forwarded", "bytes_forwarded"])
        #expect(whole.map(\.value) == ["3", "5", "100", "51200"])
        let odd = StatisticsFile.pairs(of: "peers=3\nnot-a-pair\nbytes_forwarded=512\n")
        #expect(odd.map(\.name) == ["peers", "bytes_forwarded"])
        #expect(StatisticsFile.pairs(of: "").isEmpty)
    }

    @Test func aFileThatIsNotThereIsSaid() {
        #expect(StatisticsFile.lines(at: "/nowhere/pim.stats") == ["metrics are not available"])
    }
}

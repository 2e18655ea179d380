import Testing

@testable import PIMDaemon

@Suite struct KnownWordsTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("port", "port", 0), ("prot", "port", 1), ("ports", "port", 1),
        ("Port", "port", 0), ("kitten", "sitting", 3),
    ])
    func distanceCountsEdits(left: String, right: String, expected: Int) {
        #expect(KnownWords.distance(left, right) == expected)
    }

    @Test func nearestIsOnlyAMisspelling() {
        let words = ["listen_port", "type", "max_hops"]
        #expect(KnownWords.nearest(to: "listenport", among: words) == "listen_port")
        #expect(KnownWords.nearest(to: "tpye", among: words) == "type")
        #expect(KnownWords.nearest(to: "colour", among: words) == nil)
        #expect(KnownWords.nearest(to: String(repeating: "x", count: 100), among: words) == nil)
        #expect(KnownWords.nearest(to: "x", among: []) == nil)
    }
}

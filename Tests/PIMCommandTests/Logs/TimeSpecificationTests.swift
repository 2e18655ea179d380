import Testing

@testable import pim

@Suite("Times on the command line")
struct TimeSpecificationTests {
    @Test(
        "spec/cli.md C6",
        arguments: [
            ("30s", 30), ("5m", 300), ("1h30m", 5400), ("2d", 172_800), ("30m1h", 5400), ("1h1h", 7200),
        ] as [(String, Int64)])
    func durations(text: String, seconds: Int64) {
        #expect(TimeSpecification.seconds(of: text) == seconds)
    }

    @Test(
        "spec/cli.md C7 and what would overflow",
        arguments: ["90", "", "0s", "1x", "h", "-5m", "1 h", "99999999999999999999s", "9223372036854775807d", "٣s"])
    func notDurations(text: String) {
        #expect(TimeSpecification.seconds(of: text) == nil)
        #expect(TimeSpecification(text, now: 0) == nil)
    }

    @Test("spec/cli.md C8")
    func boundsAreComparablePrefixes() {
        #expect(TimeSpecification("1s", now: 1_700_000_001)?.bound == "2023-11-14T22:13:20")
        #expect(TimeSpecification("2023-11-14T22:13:20.5+02:00", now: 0)?.bound == "2023-11-14T22:13:20")
        #expect(TimeSpecification("2023-11-14 22:13:20", now: 0) == nil)
        #expect(TimeSpecification("2023-11-14T22:13", now: 0) == nil)
        #expect(TimeSpecification("éééééééééTééééééééé", now: 0) == nil)
    }

    @Test func windows() {
        let window = LogWindow(since: "2023-11-14T22:13:20", until: "2023-11-14T22:13:30")
        #expect(window.verdict(on: "2023-11-14T22:13:19.999Z  INFO x") == .skipped)
        #expect(window.verdict(on: "2023-11-14T22:13:20.000Z  INFO x") == .wanted)
        #expect(window.verdict(on: "2023-11-14T22:13:31Z  INFO x") == .beyond)
        #expect(window.verdict(on: "no time stamp") == .skipped)
        #expect(LogWindow(until: "2023-11-14T22:13:30").verdict(on: "no time stamp") == .wanted)
    }
}

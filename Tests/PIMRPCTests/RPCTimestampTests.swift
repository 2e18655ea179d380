import Testing

@testable import PIMRPC

@Suite("Points in time as text")
struct RPCTimestampTests {
    @Test(
        "spec/rpc.md V1, V2 and the edges",
        arguments: [
            (1_700_000_000, "2023-11-14T22:13:20Z"), (0, "1970-01-01T00:00:00Z"), (86_400, "1970-01-02T00:00:00Z"),
            (10_957 * 86_400, "2000-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (253_402_300_800, "10000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func secondsPrecision(unix: Int64, text: String) {
        #expect(RPCTimestamp.seconds(unix: unix) == text)
    }

    @Test func finerPrecisions() {
        #expect(RPCTimestamp.milliseconds(unix: 1_700_000_000_007) == "2023-11-14T22:13:20.007Z")
        #expect(RPCTimestamp.milliseconds(unix: -1) == "1969-12-31T23:59:59.999Z")
        #expect(RPCTimestamp.microseconds(unix: 1_700_000_000_000_042) == "2023-11-14T22:13:20.000042Z")
    }

    @Test func noMomentTraps() {
        #expect(!RPCTimestamp.seconds(unix: .max).isEmpty)
        #expect(!RPCTimestamp.seconds(unix: .min).isEmpty)
    }
}

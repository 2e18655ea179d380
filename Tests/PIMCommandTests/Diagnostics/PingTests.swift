import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("Ping and trace")
struct PingTests {
    private let node = NodeID(high: 1, low: 1)
    private let relay = NodeID(high: 2, low: 2)

    private func reply(_ milliseconds: Double, via: NodeID? = nil) -> PingResult {
        PingResult(nodeID: node, name: "b", roundTripMilliseconds: milliseconds, hops: 2, via: via, size: 56)
    }

    @Test func aReplyIsALine() {
        #expect(
            PingSummary.line(reply(12.34, via: relay), number: 3)
                == "56 bytes from b (00000000..00000001): seq=3 2 hops via 00000000..00000002 time=12.3 ms")
        #expect(!PingSummary.line(reply(1, via: node), number: 1).contains("via"))
    }

    @Test func theSummaryCounts() {
        var summary = PingSummary(of: node)
        for time in [1.0, 2.0, 6.0] { summary.add(reply(time)) }
        summary.add(nil)
        #expect(
            summary.lines == [
                "--- 00000000..00000001", "4 sent, 3 answered, 25% lost", "min/avg/max = 1.0/3.0/6.0 ms",
            ])
        #expect(summary.document.average == 3)
        #expect(PingSummary(of: node).lines.count == 2)
    }

    @Test("times", arguments: [(0.4213, "0.42"), (12.36, "12.4"), (134.4, "134"), (.infinity, "inf")])
    func times(value: Double, text: String) {
        #expect(PingSummary.milliseconds(value) == text)
    }

    @Test func aTraceThatEndsEarlySaysWhy() {
        let hops = [
            TraceResult.Hop(nodeID: relay, name: "r", roundTripMilliseconds: 2.5),
            TraceResult.Hop(nodeID: node, name: nil, roundTripMilliseconds: nil),
        ]
        let lines = TraceReport(TraceResult(nodeID: node, hops: hops, reached: false, reason: "it does not answer"))
            .lines()
        #expect(lines.count == 5)
        #expect(lines[2].contains("r") && lines[2].contains("2.5 ms"))
        #expect(lines[3].contains("no answer"))
        #expect(lines[4] == "00000000..00000001 was not reached: it does not answer")
    }
}

import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite struct PeersReportTests {
    private func peer(_ label: String?, node: NodeID? = nil, failure: PeerFailure? = nil) -> PeerSummary {
        PeerSummary(
            nodeID: node, label: label, meshIP: "", transport: .tcp, state: failure == nil ? .active : .failed,
            routeHops: 1, lastSeenSeconds: 3, latencyMilliseconds: nil, isGateway: false, isStatic: true,
            x25519PublicKey: nil, address: "relay:9100", linkSecurity: failure == nil ? .sealed : nil, failure: failure)
    }

    @Test func thoseThatAreMissingAreExplainedBelowTheTable() {
        let lines = PeersReport([
            peer("b", failure: PeerFailure(reason: "connection refused", attempts: 3, retryInSeconds: 4)),
            peer(nil, failure: PeerFailure(reason: "revoked", attempts: 0)),
            peer("a", node: NodeID(high: 0xa3f1_b2c4_0000_0000, low: 0x9d32_e0f8)),
        ]).lines()
        #expect(lines.count == 7)
        #expect(lines[0].hasPrefix("NODE"))
        #expect(lines[2].contains("active") && lines[2].contains("sealed") && lines[2].contains("3 s ago"))
        #expect(lines[3].contains("failed") && lines[3].contains("3 s ago"))
        #expect(lines[5] == "relay:9100: revoked")
        #expect(lines[6] == "b (relay:9100): connection refused; 3 attempts, next in 4 s")
    }

    @Test func aReasonDoesNotRepeatWhomItIsAbout() {
        let lines = PeersReport([
            peer(nil, failure: PeerFailure(reason: "relay:9100: no route to host", attempts: 1)),
            peer("b", failure: PeerFailure(reason: "relay:9100: refused", attempts: 1)),
            peer("c", failure: PeerFailure(reason: "c: d", attempts: 1)),
        ]).lines()
        #expect(
            lines.suffix(3) == [
                "relay:9100: no route to host; 1 attempt", "b (relay:9100): refused; 1 attempt",
                "c (relay:9100): d; 1 attempt",
            ])
    }

    @Test func strangersReasonsCannotCommandTheTerminal() {
        let lines = PeersReport([peer("a", failure: PeerFailure(reason: "\u{1b}[2J", attempts: 1))]).lines()
        #expect(lines.allSatisfy { !$0.contains("\u{1b}") })
    }

    @Test func nobodyIsOneLine() {
        #expect(PeersReport([]).lines() == ["no peers are connected"])
    }
}

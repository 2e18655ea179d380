import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("The debug commands")
struct DebugReportTests {
    private let own = NodeID(high: 1, low: 1)
    private let relay = NodeID(high: 0xaaaa_0000_0000_0000, low: 2)
    private let gateway = NodeID(high: 0xaabb_0000_0000_0000, low: 3)

    private func snapshot(isGateway: Bool = false, selected: Bool = true) -> DebugSnapshot {
        DebugSnapshot(
            generatedAtUnixSeconds: 1000,
            node: .init(name: "me", nodeID: own, isGateway: isGateway, meshIP: "10.77.0.9", meshPrefixLength: 16),
            stats: DebugStatistics(
                peers: 1, routes: 2, packetsForwarded: 0, bytesForwarded: 0, packetsDropped: 0, congestionDrops: 0,
                conntrackSize: 0, uptimeSeconds: 5),
            peers: [
                .init(
                    nodeID: relay, address: "10.0.0.1:9100", mechanism: "tcp", direct: true, configured: true,
                    discovered: false, lastHeartbeatAgeMilliseconds: nil)
            ],
            discoveredPeers: [
                .init(
                    nodeID: gateway, address: "10.0.0.2:9100", isClient: false, isRelay: false, isGateway: true,
                    lastSeenAgeMilliseconds: 12)
            ],
            routes: [
                route(relay, hops: 1, isGateway: false, meshIP: nil),
                route(gateway, hops: 2, isGateway: true, meshIP: "10.77.2.3"),
            ],
            gateways: [
                .init(
                    nodeID: gateway, nextHop: relay, hops: 2, gatewayLoad: 7, roundTripMilliseconds: 31, score: 2007,
                    selected: selected, meshIP: "10.77.2.3")
            ])
    }

    private func route(_ node: NodeID, hops: UInt8, isGateway: Bool, meshIP: String?) -> DebugSnapshot.Route {
        .init(
            destination: node, nextHop: relay, learnedFrom: relay, hops: hops, isGateway: isGateway, gatewayLoad: 0,
            roundTripMilliseconds: nil, meshIP: meshIP, ageMilliseconds: 40, nextHopBlacklisted: false)
    }

    @Test func listsHaveTheFormScriptsRead() {
        let report = DebugReport(snapshot: snapshot())
        #expect(
            report.peers == [
                "connected peers: 1  node=me (00000000..00000001)",
                "  aaaa0000..00000002  direct=true  mechanism=tcp  addr=10.0.0.1:9100  configured=true  discovered=false"
                    + "  hb_age=-",
            ])
        #expect(report.routes[0] == "installed routes: 2")
        #expect(
            report.routes[2]
                == "  aabb0000..00000003  via=aaaa0000..00000002  hops=2  learned_from=aaaa0000..00000002  gateway=true"
                + "  load=0  rtt=-  mesh_ip=10.77.2.3  age=40ms  blacklisted=false")
        #expect(
            report.gateways == [
                "known gateways: 1",
                "* aabb0000..00000003  via=aaaa0000..00000002  hops=2  score=2007  load=7  rtt=31ms  mesh_ip=10.77.2.3",
            ])
        #expect(
            report.discovery == [
                "discovered peers: 1",
                "  aabb0000..00000003  addr=10.0.0.2:9100  client=false  relay=false  gateway=true  age=12ms",
            ])
    }

    @Test func emptyListsSayNone() {
        var empty = snapshot()
        empty.gateways = []
        #expect(DebugReport(snapshot: empty).gateways == ["known gateways: 0", "  none"])
    }

    @Test func theWayToTheInternet() throws {
        let lines = try RouteLookup(snapshot: snapshot()).find("internet").lines(target: "internet", node: "me")
        #expect(
            lines == [
                "internet route:", "gateway:   aabb0000..00000003", "next_hop:  aaaa0000..00000002", "hops:      2",
                "score:     2007", "mechanism: tcp",
            ])
        let local = try RouteLookup(snapshot: snapshot(isGateway: true)).find("internet")
        #expect(local.lines(target: "internet", node: "me").count == 1)
        #expect(throws: CommandFailure.self) { try RouteLookup(snapshot: snapshot(selected: false)).find("internet") }
    }

    @Test("the ways to name a destination", arguments: ["10.77.2.3", "aabb", "AABB0000..00000003", "aabb000000000000"])
    func theWayToANode(target: String) throws {
        let lines = try RouteLookup(snapshot: snapshot()).find(target).lines(target: target, node: "me")
        #expect(lines[0] == "route: \(target)")
        #expect(lines.contains("gateway:     true"))
        #expect(lines.contains("mesh_ip:     10.77.2.3"))
        #expect(lines.contains("mechanism:   tcp"))
    }

    @Test("no way, or no telling which", arguments: ["10.77.2.4", "aa", "ff", "", "10.77.0.9"])
    func noWay(target: String) {
        #expect(throws: CommandFailure.self) { try RouteLookup(snapshot: snapshot()).find(target) }
    }

    @Test func oldSnapshotsSaySo() {
        #expect(SnapshotOptions.note(snapshot(), now: 1005, because: nil) == nil)
        #expect(SnapshotOptions.note(snapshot(), now: 1045, because: nil) == "this snapshot is 45 s old")
        #expect(
            SnapshotOptions.note(snapshot(), now: 900, because: "no daemon answers")?.hasSuffix(", 0 s old") == true)
    }
}

import Attacks
import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// Packets with lies in their addresses (`design/extensions.md` §5, `spec/host-network.md` §10.7, §10.9).
@Suite struct PacketAttackTests {
    private static let own = NodeID.filled(1)
    private static let hostile = NodeID.filled(2)
    private static let gateway = NodeID.filled(3)
    private static let world = [IPAddress.ipv4("192.0.2.1"), .ipv6("2001:db8::1")]

    private func isTaken(
        from source: IPAddress, to destination: IPAddress, by sender: NodeID, isGateway: Bool = false
    ) throws -> Bool {
        var admission = PacketAdmission(own: Self.own, prefixes: MeshPrefixes())
        let table = ForwardingTable(
            own: Self.own,
            routes: [Self.gateway: .init(link: .first, nextHop: Self.gateway, hops: 1, isGateway: true)],
            isGateway: isGateway)
        return admission.refusal(of: try header(from: source, to: destination), from: sender, table: table) == nil
    }

    private func both(_ node: NodeID) -> [IPAddress] {
        let (ipv4, ipv6) = IPAddress.derived(node)
        return [ipv4, ipv6]
    }

    @Test func nobodySendsPacketsInAnotherNodesName() throws {
        for (source, destination) in zip(both(.filled(9)), both(Self.own)) {
            let outcome = try attack(on: .packetSource) {
                try isTaken(from: source, to: destination, by: Self.hostile)
            }
            #expect(outcome == .prevented)
        }
    }

    /// It would steal the answers, or make this gateway send in the name of others.
    @Test func nobodyLeavesTheMeshInAnotherNodesName() throws {
        for (source, destination) in zip(both(.filled(9)), Self.world) {
            let outcome = try attack(on: .packetSource) {
                try isTaken(from: source, to: destination, by: Self.hostile, isGateway: true)
            }
            #expect(outcome == .prevented)
        }
    }

    @Test func neitherANodeNorAnUnusedGatewaySpeaksForTheWorld() throws {
        for sender in [Self.hostile, Self.gateway] {
            for (source, destination) in zip(Self.world, both(Self.own)) {
                let outcome = try attack(on: .packetSource) {
                    try isTaken(from: source, to: destination, by: sender)
                }
                #expect(outcome == .prevented)
            }
        }
    }

    @Test func nobodySendsThroughANodeThatIsNoGateway() throws {
        for (source, destination) in zip(both(Self.hostile), Self.world) {
            let outcome = try attack(on: .packetDestination) {
                try isTaken(from: source, to: destination, by: Self.hostile)
            }
            #expect(outcome == .prevented)
        }
    }

    @Test func nobodyReachesWhatIsLocalToAGateway() throws {
        let (ipv4, ipv6) = IPAddress.derived(Self.hostile)
        for (source, destination) in [
            (ipv4, IPAddress.ipv4("127.0.0.1")), (ipv4, .ipv4("169.254.169.254")), (ipv4, .ipv4("224.0.0.251")),
            (ipv4, .ipv4("10.77.255.255")), (ipv6, .ipv6("::1")), (ipv6, .ipv6("fe80::1")), (ipv6, .ipv6("ff02::1")),
        ] {
            let outcome = try attack(on: .packetDestination) {
                try isTaken(from: source, to: destination, by: Self.hostile, isGateway: true)
            }
            #expect(outcome == .prevented)
        }
    }
}

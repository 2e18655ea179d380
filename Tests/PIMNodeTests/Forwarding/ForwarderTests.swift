import Attacks
import PIMCore
import PIMWire
import Testing

@testable import PIMNode

@Suite struct ForwarderTests {
    private let own = NodeID.filled(0xee)
    private let a = NodeID.filled(0xa)
    private let b = NodeID.filled(0xb)

    private func table(relays: Bool = true) -> ForwardingTable {
        ForwardingTable(
            own: own, routes: [b: ForwardingTable.Route(link: .second, nextHop: b, hops: 1)], neighbours: [b: .second],
            relays: relays)
    }

    private func header(from source: NodeID, to destination: NodeID, ttl: UInt8 = 8, flags: MeshFlags = [])
        -> MeshHeader
    {
        MeshHeader(source: source, destination: destination, ttl: ttl, flags: flags, payloadLength: 4)
    }

    @Test func framesForThisNodeAreDelivered() {
        let packet = Forwarder.decide(header(from: a, to: own, ttl: 0), from: .first, table: table())
        #expect(packet == .deliverPacket)
        let flags: MeshFlags = [.isControl, .isFragment]
        let control = Forwarder.decide(header(from: a, to: own, flags: flags), from: .first, table: table())
        #expect(control == .deliverControl)
    }

    @Test func framesForOthersAreRelayed() {
        #expect(Forwarder.decide(header(from: a, to: b, ttl: 1), from: .first, table: table()) == .relay(.second))
    }

    @Test func relayDropsFrameWithExpiredTTL() {
        #expect(Forwarder.decide(header(from: a, to: b, ttl: 0), from: .first, table: table()) == .drop(.ttlExpired))
    }

    @Test func relayDropsFrameWithoutRoute() {
        #expect(Forwarder.decide(header(from: a, to: .filled(1)), from: .first, table: table()) == .drop(.noRoute))
    }

    @Test func relayNeverSendsAFrameBackWhereItCameFrom() {
        #expect(Forwarder.decide(header(from: a, to: b), from: .second, table: table()) == .drop(.wouldReturn))
    }

    @Test func ownFramesThatComeBackAreDropped() {
        #expect(Forwarder.decide(header(from: own, to: b), from: .first, table: table()) == .drop(.ownSource))
        #expect(Forwarder.decide(header(from: own, to: own), from: .first, table: table()) == .drop(.ownSource))
    }

    @Test func framesOfARevokedNodeGoNowhere() {
        var table = table()
        table.revoked = [a]
        #expect(Forwarder.decide(header(from: a, to: own), from: .first, table: table) == .drop(.revokedSource))
        #expect(Forwarder.decide(header(from: a, to: b), from: .first, table: table) == .drop(.revokedSource))
        #expect(Forwarder.decide(header(from: .filled(1), to: b), from: .first, table: table) == .relay(.second))
        let outcome = attack(on: .revocation) {
            Forwarder.decide(header(from: a, to: own), from: .first, table: table) == .deliverPacket
        }
        #expect(outcome == .prevented)
    }

    @Test func aNodeThatDoesNotRelayStillReceives() {
        let quiet = table(relays: false)
        #expect(Forwarder.decide(header(from: a, to: b), from: .first, table: quiet) == .drop(.relayingOff))
        #expect(Forwarder.decide(header(from: a, to: own), from: .first, table: quiet) == .deliverPacket)
    }
}

import Attacks
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Nodes that are not meant, not proven or not wanted any more (`spec/crypto.md` §12.6, §12.7).
@Suite struct AdmissionAttackTests {
    private static let address = "192.0.2.7:9100"

    @Test func nobodyAnswersAtTheAddressOfAnother() throws {
        let outcome = try attack(on: .expectedIdentity) {
            let target = DialTarget(address: Self.address, node: try Remote(0x42).node)
            var subject = try Subject(configuration: ControlConfiguration(targets: [target]))
            var liar = try Remote(0x02)
            return try !subject.dial(&liar).installs.isEmpty
        }
        #expect(outcome == .prevented)
    }

    /// Somebody plays back a Response, and writes what the node would write in clear.
    @Test func aRecordingIsNotTrustedOnFirstUse() throws {
        let outcome = try attack(on: .authorizationAfterProof) {
            var subject = try Subject(
                configuration: ControlConfiguration(
                    targets: [DialTarget(address: Self.address)],
                    authorization: .trustOnFirstUse(known: [], capacity: 10)))
            var recorded = try Remote(0x02)
            var effects = try subject.dial(&recorded)
            effects += subject.handle(.directFrame(.first, .control, try recorded.peerInfo()))
            return effects.contains { if case .trust = $0 { true } else { false } }
        }
        #expect(outcome == .prevented)
    }

    @Test func aRevokedNodeDoesNotComeBack() throws {
        let outcome = try attack(on: .revocation) {
            var revoked = try Remote(0x02)
            var subject = try Subject(configuration: ControlConfiguration(revoked: [revoked.node]))
            try subject.connect(&revoked)
            return subject.plane.isConnected(revoked.node)
        }
        #expect(outcome == .prevented)
    }

    @Test func framesOfARevokedNodeGoNowhere() {
        let (own, far, revoked) = (NodeID.filled(1), NodeID.filled(2), NodeID.filled(3))
        var table = ForwardingTable(
            own: own, routes: [far: ForwardingTable.Route(link: .first, nextHop: far, hops: 1)])
        table.revoked = [revoked]
        for destination in [own, far] {
            let header = MeshHeader(
                source: revoked, destination: destination, ttl: 8, flags: .isControl, payloadLength: 0)
            let outcome = attack(on: .revocation) {
                let decision = Forwarder.decide(header, from: .second, table: table)
                return decision == .deliverControl || decision == .relay(.first)
            }
            #expect(outcome == .prevented)
        }
    }
}

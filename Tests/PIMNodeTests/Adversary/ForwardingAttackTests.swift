import Attacks
import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// Mesh frames with lies in their headers (`spec/crypto.md` §12.3, `spec/routing.md` §16.13).
@Suite struct ForwardingAttackTests {
    private let own = NodeID.filled(1)
    private let far = NodeID.filled(2)
    private let table: ForwardingTable

    init() {
        table = ForwardingTable(
            own: own, routes: [far: ForwardingTable.Route(link: .first, nextHop: .filled(3), hops: 2)])
    }

    private func header(from source: NodeID, to destination: NodeID, ttl: UInt8 = 8) -> MeshHeader {
        MeshHeader(source: source, destination: destination, ttl: ttl, flags: .isControl, payloadLength: 0)
    }

    @Test func nobodySendsInOurOwnName() {
        for destination in [own, far] {
            let outcome = attack(on: .ownSource) {
                let decision = Forwarder.decide(header(from: own, to: destination), from: .second, table: table)
                return decision == .deliverControl || decision == .relay(.first)
            }
            #expect(outcome == .prevented)
        }
    }

    @Test func aFrameDoesNotGoBackAndForth() {
        let outcome = attack(on: .noReturn) {
            Forwarder.decide(header(from: .filled(9), to: far), from: .first, table: table) == .relay(.first)
        }
        #expect(outcome == .prevented)
    }

    /// Nothing to switch off: below zero a ttl is no number.
    @Test func noFrameTravelsForEver() {
        let spent = header(from: .filled(9), to: far, ttl: 0)
        #expect(Forwarder.decide(spent, from: .second, table: table) == .drop(.ttlExpired))
    }
}

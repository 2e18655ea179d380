import PIMCore
import PIMNode
import PIMPlugin
import PIMTesting
import PIMWire
import Testing

@Suite struct RevocationTests {
    @Test(arguments: UInt64(1)...3)
    func aRevokedNeighbourStaysOutsideUntilItIsRestored(seed: UInt64) {
        let mesh = SimulatedMesh(seed: seed)
        let nodes = mesh.addNodes(2)
        mesh.link(nodes[0], nodes[1], dialing: .both)
        mesh.run(for: .seconds(5))
        #expect(mesh.isConnected(nodes[0], to: nodes[1]))
        mesh.inject(.request(.revoke(mesh.nodeID(of: nodes[1]))), at: nodes[0])
        #expect(!mesh.isConnected(nodes[0], to: nodes[1]))
        mesh.run(for: .seconds(1))
        #expect(!mesh.isConnected(nodes[1], to: nodes[0]))
        #expect(
            mesh.controlPlane(of: nodes[1])?.dialTargets.first?.lastFailure
                == LinkCloseReason.refusedByPeer.description)
        for _ in 0..<120 {
            mesh.run(for: .seconds(1))
            #expect(!mesh.isConnected(nodes[0], to: nodes[1]) && !mesh.isConnected(nodes[1], to: nodes[0]))
        }
        // It is told every time, and does not try any harder for it.
        let refused = mesh.controlPlane(of: nodes[0])?.counters[.revokedRefused] ?? 0
        #expect((2...16).contains(refused))
        #expect(mesh.controlPlane(of: nodes[1])?.counters[.unconfirmedSession, default: 0] == 0)

        mesh.inject(.request(.restore(mesh.nodeID(of: nodes[1]))), at: nodes[0])
        #expect(mesh.run(until: { mesh.isConnected(nodes[1], to: nodes[0]) }, limit: .seconds(5)))
        #expect(mesh.violations.isEmpty)
    }

    @Test func aNodeBehindARelayIsCutOffFromTheOneThatRevokedItOnly() {
        let mesh = SimulatedMesh(seed: 4)
        let nodes = mesh.line(3)
        let (own, relay, far) = (nodes[0], nodes[1], nodes[2])
        mesh.run(for: .seconds(3))
        mesh.send([1], from: own, to: far)
        mesh.send([1], from: far, to: own)
        mesh.run(for: .seconds(1))
        #expect(mesh.received(at: own).count == 1 && mesh.received(at: far).count == 1)
        #expect(mesh.received(at: own).first?.security == .endToEnd)

        mesh.inject(.request(.revoke(mesh.nodeID(of: far))), at: own)
        #expect(mesh.send([2], from: own, to: far) == .noRoute)
        for number in 0..<60 {
            mesh.send([3, UInt8(number)], from: far, to: own)
            mesh.send([4, UInt8(number)], from: far, to: relay)
            mesh.run(for: .seconds(1))
            #expect(!mesh.hasRoute(from: own, to: far))
        }
        #expect(mesh.received(at: own).count == 1)
        #expect(mesh.received(at: relay).count == 60)
        #expect(mesh.isConnected(own, to: relay))
        #expect(mesh.dropped(at: own)[.revokedSource, default: 0] > 0)

        mesh.inject(.request(.restore(mesh.nodeID(of: far))), at: own)
        #expect(mesh.run(until: { mesh.hasRoute(from: own, to: far) }, limit: .seconds(10)))
        // The far end still seals under the session that is gone here, and what it sends is lost until it learns.
        mesh.send([5], from: own, to: far)
        mesh.run(for: .seconds(2))
        mesh.send([6], from: far, to: own)
        mesh.run(for: .seconds(2))
        #expect(mesh.received(at: far).map(\.payload.body) == [[1], [5]])
        #expect(mesh.received(at: own).map(\.payload.body) == [[1], [6]])
        #expect(mesh.received(at: own).allSatisfy { $0.security == .endToEnd })
        #expect(mesh.violations.isEmpty)
    }

    @Test func aRelayThatRevokedANodeCarriesNothingForIt() {
        let mesh = SimulatedMesh(seed: 5)
        let nodes = mesh.line(4)
        mesh.run(for: .seconds(3))
        mesh.inject(.request(.revoke(mesh.nodeID(of: nodes[3]))), at: nodes[1])
        mesh.run(for: .seconds(10))
        #expect(!mesh.hasRoute(from: nodes[0], to: nodes[3]))
        #expect(mesh.hasRoute(from: nodes[2], to: nodes[3]))
        mesh.send([1], from: nodes[3], to: nodes[0])
        mesh.run(for: .seconds(20))
        #expect(mesh.received(at: nodes[0]).isEmpty)
        #expect(mesh.violations.isEmpty)
    }
}

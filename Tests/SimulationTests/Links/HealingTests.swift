import PIMCore
import PIMNode
import PIMTesting
import PIMWire
import Testing

/// Links that heal: stalls, two ways to one peer, addresses that change, keys that are renewed under load.
@Suite struct HealingTests {
    private func handshakes(of node: MeshNode, in mesh: SimulatedMesh) -> UInt64 {
        mesh.controlPlane(of: node)?.counters[.sessionEstablished] ?? 0
    }

    @Test func aPauseOfTenSecondsCostsNoHandshake() {
        let mesh = SimulatedMesh(seed: 1)
        let nodes = mesh.line(3)
        let cable = MeshCable.between(nodes[0], nodes[1], in: mesh)
        mesh.run(for: .seconds(5))
        let before = handshakes(of: nodes[0], in: mesh)
        mesh.cut(cable)
        #expect(mesh.run(until: { !mesh.hasRoute(from: nodes[2], to: nodes[0]) }, limit: .seconds(5)))
        mesh.run(for: .seconds(4))
        mesh.restore(cable)
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(1)))
        #expect(handshakes(of: nodes[0], in: mesh) == before)
        #expect(mesh.violations.isEmpty)
    }

    @Test(arguments: UInt64(1)...4)
    func twoCablesCarryOnWhenOneIsCut(seed: UInt64) {
        let mesh = SimulatedMesh(seed: seed)
        let nodes = mesh.addNodes(3)
        let first = mesh.link(nodes[0], nodes[1], latency: .milliseconds(2))
        let second = mesh.link(nodes[0], nodes[1], latency: .milliseconds(4), dialing: seed % 2 == 0 ? .first : .second)
        mesh.link(nodes[1], nodes[2])
        mesh.run(for: .seconds(15))
        #expect(mesh.isConverged)
        #expect(nodes.prefix(2).map { mesh.controlPlane(of: $0)?.linkCount } == [2, 3])
        // Messages go on every 50 ms; those of the seconds before the silence is noticed wait in the cut cable.
        var sent = 0
        let changes = mesh.statistics.tableChanges
        func talk(for seconds: Int) {
            for _ in 0..<seconds * 20 {
                mesh.send([UInt8(sent >> 8), UInt8(sent & 255)], from: nodes[0], to: nodes[2])
                sent += 1
                mesh.run(for: .milliseconds(50))
                if !mesh.hasRoute(from: nodes[2], to: nodes[0]) { Issue.record("a route was lost at \(mesh.time)") }
            }
        }
        talk(for: 10)
        #expect(mesh.statistics.tableChanges == changes)
        mesh.cut(first)
        talk(for: 20)
        let arrived = Set(mesh.received(at: nodes[2]).map(\.payload.body)).count
        #expect(arrived >= sent - 60)
        mesh.restore(first)
        talk(for: 60)
        let moves = nodes.compactMap { mesh.controlPlane(of: $0)?.counters[.linkMoved] }.reduce(0, +)
        // When both came up, when the faster one was known, at the cut, and when it was mended: at each end.
        #expect(moves <= 8)
        mesh.cut(second)
        talk(for: 10)
        mesh.restore(second)
        mesh.run(for: .seconds(60))
        #expect(nodes.prefix(2).map { mesh.controlPlane(of: $0)?.linkCount } == [2, 3])
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }

    @Test func cablesThatComeAndGoNeverTakeTheRouteAwayWhileOneIsThere() {
        let mesh = SimulatedMesh(seed: 11)
        let nodes = mesh.addNodes(2)
        let cables = [mesh.link(nodes[0], nodes[1]), mesh.link(nodes[0], nodes[1], dialing: .second)]
        mesh.run(for: .seconds(5))
        for round in 0..<12 {
            let cable = cables[round % 2]
            mesh.cut(cable)
            let isLost = mesh.run(
                until: { !mesh.isConnected(nodes[0], to: nodes[1]) || !mesh.isConnected(nodes[1], to: nodes[0]) },
                limit: .seconds(20))
            #expect(!isLost, "round \(round)")
            mesh.restore(cable)
            // Until the second link is back: at most the back-off of its target.
            let isBack = mesh.run(
                until: { mesh.controlPlane(of: nodes[0])?.connectedPeers.first?.standby != nil }, limit: .seconds(80))
            #expect(isBack, "round \(round)")
            mesh.run(for: .seconds(3))
        }
        #expect(mesh.violations.isEmpty)
    }

    @Test(arguments: [true, false])
    func aNewAddressCostsASecondAtMost(ofTheDialler: Bool) {
        let mesh = SimulatedMesh(seed: 2)
        let nodes = mesh.line(3)
        let cable = MeshCable.between(nodes[0], nodes[1], in: mesh)
        mesh.run(for: .seconds(30))
        mesh.changeAddress(of: nodes[ofTheDialler ? 0 : 1], on: cable)
        mesh.run(for: .milliseconds(1))
        #expect(!mesh.isConnected(nodes[ofTheDialler ? 0 : 1], to: nodes[ofTheDialler ? 1 : 0]))
        if ofTheDialler {
            #expect(mesh.run(until: { mesh.isConnected(nodes[0], to: nodes[1]) }, limit: .seconds(1)))
        }
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(ofTheDialler ? 3 : 12)))
        mesh.run(for: .seconds(30))
        #expect(nodes.map { mesh.controlPlane(of: $0)?.linkCount } == [1, 2, 1])
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }

    @Test func keysAreRenewedByTheNumberOfFramesWithoutLosingOne() {
        var configuration = ControlConfiguration()
        configuration.limits.framesPerSession = 1000
        let mesh = SimulatedMesh(seed: 6)
        let nodes = mesh.addNodes(3, configuration: configuration)
        mesh.link(nodes[0], nodes[1], latency: .milliseconds(40))
        mesh.link(nodes[2], nodes[1], latency: .milliseconds(40))
        mesh.run(for: .seconds(2))
        let changes = mesh.statistics.tableChanges
        var sent: [[UInt8]] = []
        for number in 0..<4000 {
            sent.append([UInt8(number >> 8), UInt8(number & 0xff)])
            mesh.send(sent[number], from: nodes[0], to: nodes[2])
            mesh.send(sent[number], from: nodes[2], to: nodes[0])
            mesh.run(for: .milliseconds(20))
        }
        mesh.run(for: .seconds(1))
        #expect(mesh.received(at: nodes[2]).map(\.payload.body) == sent)
        #expect(mesh.received(at: nodes[0]).map(\.payload.body) == sent)
        #expect(mesh.controlPlane(of: nodes[1])?.counters[.sessionRenewed] ?? 0 >= 6)
        #expect(mesh.statistics.tableChanges == changes)
        #expect(mesh.violations.isEmpty)
    }
}

extension MeshCable {
    /// The first cable between two nodes.
    static func between(_ node: MeshNode, _ other: MeshNode, in mesh: SimulatedMesh) -> MeshCable {
        mesh.cables(between: node, and: other)[0]
    }
}

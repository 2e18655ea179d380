import PIMCore
import PIMNode
import PIMPlugin
import PIMTesting
import PIMWire
import Testing

@Suite struct PayloadTests {
    @Test func aPayloadCrossesEightRelays() {
        let mesh = SimulatedMesh(seed: 1)
        let nodes = mesh.line(10)
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(2)))
        #expect(mesh.send([1, 2, 3], kind: "messaging.msg", from: nodes[0], to: nodes[9]) == .queued)
        #expect(mesh.run(until: { !mesh.received(at: nodes[9]).isEmpty }, limit: .seconds(1)))
        let received = mesh.received(at: nodes[9])
        #expect(received.count == 1)
        #expect(received.first?.payload.body == [1, 2, 3])
        #expect(received.first?.payload.kind == "messaging.msg")
        #expect(received.first?.source == mesh.nodeID(of: nodes[0]))
        #expect(received.first?.ttl == 0)
        #expect(received.first?.security == .endToEnd)
        #expect(nodes.dropFirst().dropLast().allSatisfy { mesh.received(at: $0).isEmpty })
    }

    @Test func payloadsArriveInOrderAndOnce() {
        let mesh = SimulatedMesh(seed: 2)
        let nodes = mesh.line(4)
        mesh.run(for: .seconds(2))
        for number in 0..<200 { mesh.send([UInt8(number)], from: nodes[0], to: nodes[3]) }
        mesh.run(for: .seconds(2))
        #expect(mesh.received(at: nodes[3]).map(\.payload.body) == (0..<200).map { [UInt8($0)] })
        #expect(mesh.statistics.relayedFrames >= 400)
    }

    @Test func largePayloadsTravelWhole() {
        let mesh = SimulatedMesh(seed: 3)
        let nodes = mesh.line(3)
        mesh.run(for: .seconds(2))
        let body = (0..<60_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(mesh.send(body, from: nodes[0], to: nodes[2]) == .queued)
        #expect(mesh.send([UInt8](repeating: 0, count: 65_535), from: nodes[0], to: nodes[2]) == .tooLarge)
        mesh.run(for: .seconds(1))
        #expect(mesh.received(at: nodes[2]).map(\.payload.body) == [body])
    }

    @Test func withoutARouteTheSenderIsTold() {
        let mesh = SimulatedMesh(seed: 4)
        let nodes = mesh.addNodes(2)
        mesh.run(for: .seconds(1))
        #expect(mesh.send([1], from: nodes[0], to: nodes[1]) == .noRoute)
        mesh.crash(nodes[0])
        #expect(mesh.send([1], from: nodes[0], to: nodes[1]) == .notRunning)
    }

    @Test func payloadsFlowAgainAfterARelayDied() {
        let mesh = SimulatedMesh(seed: 5)
        let nodes = mesh.addNodes(4)
        for relay in nodes[1...2] {
            mesh.link(nodes[0], relay)
            mesh.link(relay, nodes[3])
        }
        mesh.run(for: .seconds(3))
        if let relay = mesh.path(from: nodes[0], to: nodes[3])?[1] { mesh.crash(relay) }
        mesh.run(for: .seconds(1))
        #expect(mesh.send([9], from: nodes[0], to: nodes[3]) == .queued)
        mesh.run(for: .milliseconds(100))
        #expect(mesh.received(at: nodes[3]).map(\.payload.body) == [[9]])
        #expect(mesh.violations.isEmpty)
    }

    @Test func aNodeThatDoesNotRelayIsNobodysRelay() {
        let mesh = SimulatedMesh(seed: 6)
        let a = mesh.addNode()
        let quiet = mesh.addNode(configuration: ControlConfiguration(relays: false))
        let b = mesh.addNode()
        mesh.link(a, quiet)
        mesh.link(quiet, b)
        mesh.run(for: .seconds(10))
        #expect(!mesh.hasRoute(from: a, to: b))
        #expect(mesh.hasRoute(from: a, to: quiet))
        #expect(mesh.hasRoute(from: quiet, to: b))
        #expect(mesh.send([1], from: a, to: quiet) == .queued)
        mesh.run(for: .seconds(1))
        #expect(mesh.received(at: quiet).count == 1)
    }

    @Test func theHookSeesEveryPayload() {
        let mesh = SimulatedMesh(seed: 7)
        let nodes = mesh.line(2)
        var seen: [MeshNode] = []
        mesh.onPayload = { node, _ in seen.append(node) }
        mesh.run(for: .seconds(1))
        mesh.send([1], from: nodes[0], to: nodes[1])
        mesh.send([2], from: nodes[1], to: nodes[0])
        mesh.run(for: .seconds(1))
        #expect(seen == [nodes[1], nodes[0]])
    }
}

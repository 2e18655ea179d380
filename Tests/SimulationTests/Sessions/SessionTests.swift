import PIMCore
import PIMCrypto
import PIMNode
import PIMTesting
import PIMWire
import Testing

@Suite struct SessionTests {
    @Test(arguments: UInt64(1)...4)
    func simultaneousDialsEndInOneLink(seed: UInt64) {
        let mesh = SimulatedMesh(seed: seed)
        let nodes = mesh.addNodes(2)
        mesh.link(nodes[0], nodes[1], latency: .milliseconds(20), dialing: .both)
        mesh.run(for: .seconds(5))
        let links = nodes.compactMap { mesh.controlPlane(of: $0)?.linkCount }
        #expect(links == [1, 1])
        let dialers = nodes.filter { node in
            guard case .dialed? = mesh.controlPlane(of: node)?.connectedPeers.first?.direction else { return false }
            return true
        }
        #expect(dialers.map { mesh.nodeID(of: $0) } == [nodes.map { mesh.nodeID(of: $0) }.min()])
        let changes = mesh.statistics.tableChanges
        mesh.run(for: .seconds(60))
        #expect(mesh.statistics.tableChanges == changes)
        #expect(mesh.violations.isEmpty)
    }

    @Test func theWrongSecretNeverGetsIn() throws {
        let mesh = SimulatedMesh(seed: 5, meshKey: try MeshKey([UInt8](repeating: 1, count: 32)))
        let nodes = mesh.line(2)
        let stranger = mesh.addNode(meshKey: try MeshKey([UInt8](repeating: 2, count: 32)))
        mesh.link(stranger, nodes[1])
        mesh.run(for: .seconds(30))
        #expect(mesh.isConnected(nodes[0], to: nodes[1]))
        #expect(!mesh.isConnected(stranger, to: nodes[1]))
        #expect(!mesh.hasRoute(from: nodes[0], to: stranger))
        let counters = mesh.controlPlane(of: nodes[1])?.counters ?? [:]
        #expect(counters[.confirmMismatch, default: 0] >= 3)
        let failure = mesh.controlPlane(of: stranger)?.dialTargets.first?.lastFailure
        #expect(failure?.contains("mesh secrets differ, most likely") == true)
        #expect(mesh.violations.isEmpty)
    }

    @Test func sessionsAreRenewedUnderTrafficWithoutLoss() {
        var configuration = ControlConfiguration()
        configuration.timing.renewal = .seconds(30)
        let mesh = SimulatedMesh(seed: 6)
        let nodes = mesh.addNodes(3, configuration: configuration)
        mesh.link(nodes[0], nodes[1], latency: .milliseconds(40))
        mesh.link(nodes[1], nodes[2], latency: .milliseconds(40))
        mesh.run(for: .seconds(2))
        let changes = mesh.statistics.tableChanges
        var sent: [[UInt8]] = []
        for number in 0..<1000 {
            sent.append([UInt8(number >> 8), UInt8(number & 0xff)])
            mesh.send(sent[number], from: nodes[0], to: nodes[2])
            mesh.send(sent[number], from: nodes[2], to: nodes[0])
            mesh.run(for: .milliseconds(100))
        }
        mesh.run(for: .seconds(1))
        #expect(mesh.received(at: nodes[2]).map(\.payload.body) == sent)
        #expect(mesh.received(at: nodes[0]).map(\.payload.body) == sent)
        let renewals = mesh.controlPlane(of: nodes[1])?.counters[.sessionRenewed] ?? 0
        #expect(renewals >= 6)
        #expect(mesh.statistics.tableChanges == changes)
        #expect(mesh.violations.isEmpty)
    }

    @Test func aClearFrameOnAStrangersLinkDoesNothing() throws {
        let mesh = SimulatedMesh(seed: 7)
        let nodes = mesh.line(2)
        mesh.run(for: .seconds(2))
        let unknown = LinkID(rawValue: 9999)
        mesh.inject(
            .linkOpened(unknown, direction: .accepted, preamble: mesh.nodeID(of: nodes[0]), remoteAddress: "x:1"),
            at: nodes[1])
        let goodbye = try ControlFrame.goodbye(mesh.nodeID(of: nodes[0]), reason: 0).encode()
        mesh.inject(.directFrame(unknown, .control, goodbye), at: nodes[1])
        mesh.inject(.dataOpened(unknown), at: nodes[1])
        #expect(mesh.isConnected(nodes[1], to: nodes[0]))
        #expect(mesh.violations.isEmpty)
    }

    @Test func aNodeThatIsNotListedStaysOutside() {
        let mesh = SimulatedMesh(seed: 8)
        let friend = mesh.addNode()
        let host = mesh.addNode(
            configuration: ControlConfiguration(authorization: .allowList([mesh.nodeID(of: friend)])))
        let other = mesh.addNode()
        mesh.link(friend, host)
        mesh.link(other, host)
        mesh.run(for: .seconds(10))
        #expect(mesh.isConnected(friend, to: host))
        #expect(!mesh.isConnected(other, to: host))
        #expect(!mesh.hasRoute(from: friend, to: other))
        #expect(mesh.violations.isEmpty)
    }

    @Test func aNodeConfiguredWithItselfFindsOut() {
        let mesh = SimulatedMesh(seed: 9)
        let nodes = mesh.line(2)
        mesh.link(nodes[0], nodes[0])
        mesh.run(for: .seconds(20))
        let plane = mesh.controlPlane(of: nodes[0])
        #expect(plane?.counters[.selfConnection, default: 0] ?? 0 >= 1)
        #expect(plane?.dialTargets.last?.lastFailure?.contains("itself") == true)
        #expect(mesh.isConnected(nodes[0], to: nodes[1]))
        #expect(mesh.violations.isEmpty)
    }
}

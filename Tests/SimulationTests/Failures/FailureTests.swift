import PIMCore
import PIMTesting
import Testing

@Suite struct FailureTests {
    @Test func aKilledRelayIsReplacedWithinASecond() {
        let mesh = SimulatedMesh(seed: 1)
        let nodes = mesh.addNodes(4)
        let (a, first, second, b) = (nodes[0], nodes[1], nodes[2], nodes[3])
        for relay in [first, second] {
            mesh.link(a, relay, latency: .milliseconds(5))
            mesh.link(relay, b, latency: .milliseconds(5))
        }
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(2)))
        mesh.run(for: .seconds(3))
        let used = mesh.path(from: a, to: b)?[1] ?? first
        mesh.crash(used)
        let start = mesh.time
        let recovered = mesh.run(
            until: { mesh.path(from: a, to: b)?.contains(used) == false && mesh.path(from: b, to: a) != nil },
            limit: .seconds(1))
        #expect(recovered)
        #expect(start.duration(to: mesh.time) <= .milliseconds(100))
        #expect(mesh.violations.isEmpty)
    }

    @Test func aLongerDetourIsFoundAboutASecondLater() {
        let mesh = SimulatedMesh(seed: 2)
        let (nodes, cables) = mesh.ring(7)
        mesh.run(for: .seconds(3))
        #expect(mesh.distance(from: nodes[0], to: nodes[1]) == 1)
        mesh.cut(cables[0])
        mesh.sever(cables[0])
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(2)))
        #expect(mesh.distance(from: nodes[0], to: nodes[1]) == 6)
        #expect(mesh.violations.isEmpty)
    }

    @Test func aSilentCutIsNoticedWithinFiveSeconds() {
        let mesh = SimulatedMesh(seed: 3)
        let (nodes, cables) = mesh.ring(4)
        mesh.run(for: .seconds(3))
        mesh.cut(cables[0])
        mesh.run(for: .seconds(3))
        #expect(mesh.isConnected(nodes[0], to: nodes[1]))
        let isNoticed = mesh.run(
            until: { !mesh.isConnected(nodes[0], to: nodes[1]) && !mesh.isConnected(nodes[1], to: nodes[0]) },
            limit: .seconds(2))
        #expect(isNoticed)
        // A longer way is taken when the hold-down is over.
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(1.5)))
        #expect(mesh.distance(from: nodes[0], to: nodes[1]) == 3)
        #expect(mesh.violations.isEmpty)
    }

    @Test func aPartitionHeals() {
        let mesh = SimulatedMesh(seed: 4)
        let nodes = mesh.line(6)
        mesh.run(for: .seconds(3))
        let half = Array(nodes.prefix(3))
        mesh.isolate(half)
        mesh.run(for: .seconds(30))
        #expect(mesh.isConverged)
        #expect(!mesh.hasRoute(from: nodes[0], to: nodes[5]))
        #expect(mesh.hasRoute(from: nodes[0], to: nodes[2]))
        mesh.reunite(half)
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(70)))
        #expect(mesh.hasRoute(from: nodes[0], to: nodes[5]))
        #expect(mesh.violations.isEmpty)
    }

    @Test func aShortInterruptionIsNotEvenNoticed() {
        let mesh = SimulatedMesh(seed: 5)
        let nodes = mesh.addNodes(2)
        let cable = mesh.link(nodes[0], nodes[1])
        mesh.run(for: .seconds(3))
        let changes = mesh.statistics.tableChanges
        mesh.cut(cable)
        mesh.run(for: .seconds(3))
        mesh.restore(cable)
        mesh.run(for: .seconds(30))
        #expect(mesh.statistics.tableChanges == changes)
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }

    /// A loop of three and a leaf: the shape in which a distance vector counts to infinity.
    @Test func aLostLeafIsGoneAtOnceAndNobodyCounts() {
        let mesh = SimulatedMesh(seed: 6)
        let (nodes, _) = mesh.ring(3)
        let leaf = mesh.addNode()
        mesh.link(nodes[0], leaf)
        mesh.run(for: .seconds(3))
        #expect(mesh.isConverged)
        mesh.crash(leaf)
        var farthest = 0
        let gone = mesh.run(
            until: {
                let distances = nodes.compactMap { mesh.distance(from: $0, to: leaf) }
                farthest = max(farthest, distances.max() ?? 0)
                return distances.isEmpty
            }, limit: .seconds(1))
        #expect(gone)
        #expect(farthest <= 3)
        // Nothing comes back when the hold-down is over.
        mesh.run(for: .seconds(10))
        #expect(nodes.allSatisfy { !mesh.hasRoute(from: $0, to: leaf) })
        #expect(mesh.violations.isEmpty)
    }

    @Test(arguments: UInt64(1)...5)
    func aLostNodeOfADenseMeshIsForgottenByAll(seed: UInt64) {
        let mesh = SimulatedMesh(seed: seed)
        var random = SeededGenerator(seed: seed)
        let (nodes, _) = mesh.randomGraph(10, extraCables: 20, using: &random)
        mesh.run(for: .seconds(4))
        #expect(mesh.isConverged)
        mesh.crash(nodes[4])
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(3)))
        mesh.run(for: .seconds(10))
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }

    /// `spec/routing.md` §13 I-2, §16.11: a clock that was set back makes the new sequence numbers smaller.
    @Test(arguments: [Duration.zero, .seconds(-1_000_000)])
    func aRestartedNodeIsBelievedWhateverItsClockSays(offset: Duration) {
        let mesh = SimulatedMesh(seed: 7)
        let nodes = mesh.line(4)
        mesh.run(for: .seconds(20))
        mesh.crash(nodes[1])
        mesh.run(for: .seconds(1))
        #expect(!mesh.hasRoute(from: nodes[0], to: nodes[3]))
        mesh.restart(nodes[1], clockOffset: offset)
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(5)))
        #expect(mesh.hasRoute(from: nodes[0], to: nodes[3]))
        #expect(mesh.violations.isEmpty)
    }

    /// The peers of a node that lost power keep its old links until they fall silent.
    @Test func aNodeThatComesBackBeforeItWasMissedIsBelieved() {
        let mesh = SimulatedMesh(seed: 8)
        let nodes = mesh.line(3)
        mesh.run(for: .seconds(10))
        mesh.vanish(nodes[1])
        mesh.run(for: .seconds(2))
        mesh.restart(nodes[1], clockOffset: .seconds(-1_000_000))
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(5)))
        #expect(mesh.violations.isEmpty)
    }

    @Test func goodbyeIsFasterThanAnyTimer() {
        let mesh = SimulatedMesh(seed: 9)
        let nodes = mesh.line(4)
        mesh.run(for: .seconds(3))
        mesh.shutDown(nodes[3])
        #expect(mesh.run(until: { !mesh.hasRoute(from: nodes[0], to: nodes[3]) }, limit: .milliseconds(100)))
        mesh.run(for: .seconds(3))
        mesh.restart(nodes[3])
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(20)))
        #expect(mesh.violations.isEmpty)
    }

    @Test(arguments: UInt64(1)...6)
    func aMeshUnderFireConvergesWhenItStops(seed: UInt64) {
        let mesh = SimulatedMesh(seed: seed)
        var random = SeededGenerator(seed: seed &+ 77)
        let (nodes, cables) = mesh.randomGraph(10, extraCables: 8, using: &random)
        var isCut: Set<MeshCable> = []
        for _ in 0..<60 {
            let node = nodes[Int.random(in: nodes.indices, using: &random)]
            let cable = cables[Int.random(in: cables.indices, using: &random)]
            switch Int.random(in: 0..<7, using: &random) {
            case 0: mesh.crash(node)
            case 1: mesh.vanish(node)
            case 2: mesh.restart(node)
            case 3: mesh.sever(cable)
            case 4:
                mesh.cut(cable)
                isCut.insert(cable)
            case 5:
                mesh.restore(cable)
                isCut.remove(cable)
            default: mesh.setLatency(.milliseconds(Int.random(in: 1...200, using: &random)), of: cable)
            }
            mesh.run(for: .milliseconds(Int.random(in: 1...4000, using: &random)))
        }
        for cable in isCut { mesh.restore(cable) }
        for node in nodes { mesh.restart(node) }
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(120)))
        mesh.run(for: .seconds(5))
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }
}

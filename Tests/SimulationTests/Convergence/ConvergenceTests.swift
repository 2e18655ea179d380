import PIMCore
import PIMTesting
import Testing

/// The reference takes up to 5 s per hop (`spec/routing.md` §7).
@Suite struct ConvergenceTests {
    @Test(arguments: [2, 3, 6, 10])
    func aLineConvergesInAFractionOfASecond(count: Int) {
        let mesh = SimulatedMesh(seed: 1)
        let nodes = mesh.line(count)
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(2)))
        #expect(mesh.distance(from: nodes[0], to: nodes[count - 1]) == count - 1)
        mesh.run(for: .seconds(5))
        #expect(mesh.violations.isEmpty)
    }

    @Test func nodesBeyondNineHopsHaveNoRoute() {
        let mesh = SimulatedMesh(seed: 2)
        let nodes = mesh.line(12)
        mesh.run(for: .seconds(10))
        #expect(mesh.distance(from: nodes[0], to: nodes[9]) == 9)
        #expect(mesh.distance(from: nodes[0], to: nodes[10]) == nil)
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }

    @Test(arguments: [3, 4, 9, 16])
    func aRingConverges(count: Int) {
        let mesh = SimulatedMesh(seed: 3)
        _ = mesh.ring(count)
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(3)))
        mesh.run(for: .seconds(5))
        #expect(mesh.violations.isEmpty)
    }

    @Test(arguments: UInt64(1)...6)
    func aRandomGraphConverges(seed: UInt64) {
        let mesh = SimulatedMesh(seed: seed)
        var random = SeededGenerator(seed: seed)
        _ = mesh.randomGraph(14, extraCables: 10, using: &random)
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(3)))
        mesh.run(for: .seconds(5))
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }

    @Test func aHundredNodesConverge() {
        let mesh = SimulatedMesh(seed: 4)
        var random = SeededGenerator(seed: 4)
        _ = mesh.randomGraph(100, extraCables: 60, using: &random)
        mesh.run(for: .seconds(3))
        #expect(mesh.run(until: { mesh.isConverged }, limit: .seconds(3)))
        #expect(mesh.violations.isEmpty)
    }

    @Test func everyNodeLearnsEveryKey() {
        let mesh = SimulatedMesh(seed: 5)
        let nodes = mesh.line(6)
        mesh.run(for: .seconds(5))
        for node in nodes {
            let others = Set(nodes.filter { $0 != node }.map { mesh.nodeID(of: $0) })
            #expect(Set(mesh.keys(at: node).keys) == others)
        }
    }

    @Test func aQuietMeshStaysQuiet() {
        let mesh = SimulatedMesh(seed: 6)
        _ = mesh.ring(5)
        mesh.run(for: .seconds(5))
        let changes = mesh.statistics.tableChanges
        mesh.run(for: .seconds(60))
        #expect(mesh.statistics.tableChanges == changes)
        #expect(mesh.isConverged)
        #expect(mesh.violations.isEmpty)
    }

    @Test func equalSeedsGiveEqualRunsAndOthersDoNot() {
        func run(_ seed: UInt64) -> UInt64 {
            let mesh = SimulatedMesh(seed: seed)
            var random = SeededGenerator(seed: 9)
            let (nodes, cables) = mesh.randomGraph(8, extraCables: 4, using: &random)
            mesh.run(for: .seconds(2))
            mesh.crash(nodes[3])
            mesh.cut(cables[1])
            mesh.run(for: .seconds(20))
            mesh.restart(nodes[3])
            mesh.run(for: .seconds(5))
            return mesh.fingerprint
        }
        #expect(run(1) == run(1))
        #expect(run(1) != run(2))
    }
}

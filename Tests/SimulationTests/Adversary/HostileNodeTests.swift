import Attacks
import PIMCore
import PIMCrypto
import PIMNode
import PIMPlugin
import PIMTesting
import PIMWire
import Testing

/// A neighbour that lies in every field it can. It may lie about routes and invent NodeIDs (`design/extensions.md` §8);
/// it makes nobody believe anything about another node, breaks no link of others and fills no table.
@Suite struct HostileNodeTests {
    /// Three honest nodes in a row, and a liar linked to all of them.
    private struct Scene {
        let mesh: SimulatedMesh
        let honest: [MeshNode]
        let liar: MeshNode

        init(seed: UInt64) {
            mesh = SimulatedMesh(seed: seed)
            honest = mesh.line(3)
            liar = mesh.addNode("liar")
            for node in honest { mesh.link(liar, node) }
            mesh.run(for: .seconds(3))
            for (sender, receiver) in pairs { mesh.send([0], kind: "hello", from: sender, to: receiver) }
            mesh.run(for: .seconds(3))
        }

        var pairs: [(MeshNode, MeshNode)] {
            honest.flatMap { sender in honest.filter { $0 != sender }.map { (sender, $0) } }
        }

        /// The moments at which links between neighbours that are honest came up.
        var linkAges: [MonotonicTime?] {
            pairs.map { node, other in
                mesh.controlPlane(of: node)?.connectedPeers.first { $0.node == mesh.nodeID(of: other) }?
                    .connectedSince
            }
        }

        var keysAreRight: Bool {
            pairs.allSatisfy { node, other in
                mesh.keys(at: node)[mesh.nodeID(of: other)] == mesh.identity(of: other).x25519PublicKey
            }
        }

        var pinsAreRight: Bool {
            pairs.allSatisfy { node, other in
                let expected = KnownPeer(pin: [.sealedLinks, .sessions], isVerified: true)
                return mesh.known(at: node)[mesh.nodeID(of: other)] == expected
            }
        }
    }

    @Test(arguments: UInt64(1)...10)
    func noLieIsBelieved(seed: UInt64) {
        let scene = Scene(seed: seed)
        #expect(scene.keysAreRight && scene.pinsAreRight)
        #expect(successes(in: scene, seed: seed) == [])
        #expect(scene.honest.allSatisfy { scene.mesh.areLinksSealed(of: $0) })
    }

    /// The lies are such that each of these rules is needed against them.
    @Test func withoutARuleTheLiesAreBelieved() {
        func attempt() -> Bool {
            (UInt64(1)...3).contains { !successes(in: Scene(seed: $0), seed: $0).isEmpty }
        }
        #expect(attack(on: .verifiedKey) { attempt() } == .prevented)
        #expect(attack(on: .originSignature) { attempt() } == .prevented)
        #expect(attack(on: .pinnedForms) { attempt() } == .prevented)
        #expect(attack(on: .ownGoodbye) { attempt() } == .prevented)
    }

    /// Lets the liar tell its lies and says what came of them that must not.
    private func successes(in scene: Scene, seed: UInt64) -> [String] {
        let mesh = scene.mesh
        let ages = scene.linkAges
        var liar = Liar(scene.liar, in: mesh, seed: seed)
        mesh.interference[scene.liar] = { frame in
            if liar.recorded.count < 200 { liar.recorded.append(frame) }
            return [frame]
        }
        var told = 0
        var sent: Set<[UInt8]> = []
        var found: [String] = []
        for round in 0..<1500 {
            let neighbour = scene.honest[round % scene.honest.count]
            // Lies of the graver kinds exclude it for a minute; then it comes back and goes on.
            if mesh.isConnected(scene.liar, to: neighbour) {
                told += 1
                liar.lie(to: neighbour)
                mesh.run(for: .milliseconds(20))
            } else {
                mesh.run(for: .milliseconds(500))
            }
            if round % 50 == 0 {
                let (sender, receiver) = scene.pairs[(round / 50) % scene.pairs.count]
                let body = [UInt8(round >> 8), UInt8(round & 0xff), 0xee]
                sent.insert(body)
                mesh.send(body, from: sender, to: receiver)
            }
            found += overfullTables(of: scene)
        }
        mesh.run(for: .seconds(5))
        if told < 300 { found.append("only \(told) lies were told") }
        if !scene.keysAreRight { found.append("a false key") }
        if !scene.pinsAreRight { found.append("a false pin") }
        if scene.linkAges != ages { found.append("a broken link") }
        return found + mesh.seriousViolations + forgedPayloads(in: scene, sent: sent)
    }

    /// What a flood of invented nodes may take up: a table has room for what one update of each neighbour holds.
    private func overfullTables(of scene: Scene) -> [String] {
        scene.honest.compactMap { node in
            guard let plane = scene.mesh.controlPlane(of: node) else { return nil }
            let neighbours = plane.connectedPeers.count
            guard plane.routes.count > 1000 * max(1, neighbours) || neighbours > 3 else { return nil }
            return "\(node) has \(plane.routes.count) routes over \(neighbours) neighbours"
        }
    }

    /// Payloads in the name of an honest node that are not that node's, and those of others that say they are worth more
    /// than they are.
    private func forgedPayloads(in scene: Scene, sent: Set<[UInt8]>) -> [String] {
        let mesh = scene.mesh
        let honest = Set(scene.honest.map { mesh.nodeID(of: $0) })
        return scene.honest.flatMap { node in
            mesh.received(at: node).filter { received in
                guard received.payload.kind != "hello" else { return false }
                if honest.contains(received.source) {
                    return received.security != .endToEnd || !sent.contains(received.payload.body)
                }
                return received.security > .unauthenticated && received.source != mesh.nodeID(of: scene.liar)
            }.map { "\(node) took a payload of \($0.source) as \($0.security)" }
        }
    }
}

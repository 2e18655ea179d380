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

    @Test(arguments: UInt64(1)...12)
    func noLieIsBelieved(seed: UInt64) {
        let scene = Scene(seed: seed)
        let mesh = scene.mesh
        #expect(scene.keysAreRight && scene.pinsAreRight)
        let ages = scene.linkAges
        var liar = Liar(scene.liar, in: mesh, seed: seed)
        mesh.interference[scene.liar] = { frame in
            if liar.recorded.count < 200 { liar.recorded.append(frame) }
            return [frame]
        }
        var told = 0
        var sent: Set<[UInt8]> = []
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
            checkTables(of: scene)
        }
        mesh.run(for: .seconds(5))
        #expect(told > 300)
        #expect(scene.keysAreRight)
        #expect(scene.pinsAreRight)
        #expect(scene.linkAges == ages)
        #expect(scene.honest.allSatisfy { mesh.areLinksSealed(of: $0) })
        #expect(mesh.seriousViolations == [])
        checkPayloads(of: scene, sent: sent)
    }

    /// What a flood of invented nodes may take up: a table has room for what one update of each neighbour holds.
    private func checkTables(of scene: Scene) {
        for node in scene.honest {
            guard let plane = scene.mesh.controlPlane(of: node) else { continue }
            let neighbours = plane.connectedPeers.count
            if plane.routes.count > 1000 * max(1, neighbours) || neighbours > 3 {
                Issue.record("\(node) has \(plane.routes.count) routes over \(neighbours) neighbours")
            }
        }
    }

    /// Payloads in the name of an honest node are that node's; the liar's own and those of invented nodes say what they
    /// are worth.
    private func checkPayloads(of scene: Scene, sent: Set<[UInt8]>) {
        let mesh = scene.mesh
        let honest = Set(scene.honest.map { mesh.nodeID(of: $0) })
        for node in scene.honest {
            for received in mesh.received(at: node) where received.payload.kind != "hello" {
                if honest.contains(received.source) {
                    #expect(received.security == .endToEnd)
                    #expect(sent.contains(received.payload.body))
                } else if received.security > .unauthenticated {
                    #expect(received.source == mesh.nodeID(of: scene.liar))
                }
            }
        }
    }
}

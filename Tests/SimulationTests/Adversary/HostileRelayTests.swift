import Attacks
import PIMCore
import PIMCrypto
import PIMNode
import PIMPlugin
import PIMTesting
import PIMWire
import Testing

/// A relay that alters, replays, reorders, drops or re-addresses plugin payloads cannot make a plugin believe anything.
@Suite struct HostileRelayTests {
    @Test(arguments: UInt64(1)...16)
    func pluginsGetOnlyWhatWasSentToThemAndOnce(seed: UInt64) {
        let scene = Triangle(seed: seed)
        let mesh = scene.mesh
        #expect(scene.areAllPinned)
        let relay = HostileRelay(seed: seed, names: mesh.allNodes.map { mesh.nodeID(of: $0) })
        mesh.interference[scene.relay] = relay.carry
        let sent = exchange(in: scene, rounds: 60)
        #expect(scene.lies(among: sent).isEmpty)
        #expect(scene.falseBeliefs == [])
        #expect(mesh.violations == [])
        #expect(scene.honest.allSatisfy { mesh.isConnected($0, to: scene.relay) && mesh.areLinksSealed(of: $0) })
        // It was at work, and what it let pass arrived.
        #expect(relay.deeds > 200)
        let arrived = scene.honest.reduce(0) { $0 + mesh.received(at: $1).count }
        #expect(arrived > sent.count / 4)
    }

    /// What it does is such that each of these rules is needed against it.
    @Test func withoutARulePluginsAreDeceived() {
        func attempt() -> Bool {
            (UInt64(1)...3).contains { seed in
                let scene = Triangle(seed: seed)
                let names = scene.mesh.allNodes.map { scene.mesh.nodeID(of: $0) }
                scene.mesh.interference[scene.relay] = HostileRelay(seed: seed, names: names).carry
                return !scene.lies(among: exchange(in: scene, rounds: 60)).isEmpty
            }
        }
        #expect(attack(on: .sealedReplay) { attempt() } == .prevented)
        #expect(attack(on: .sealedSource) { attempt() } == .prevented)
        #expect(attack(on: .pinnedForms) { attempt() } == .prevented)
    }

    @Test(arguments: UInt64(1)...8)
    func payloadsArriveAgainOnceTheRelayIsHonest(seed: UInt64) {
        let scene = Triangle(seed: seed)
        let relay = HostileRelay(seed: seed, names: scene.mesh.allNodes.map { scene.mesh.nodeID(of: $0) })
        scene.mesh.interference[scene.relay] = relay.carry
        _ = exchange(in: scene, rounds: 20)
        scene.mesh.interference[scene.relay] = nil
        scene.mesh.run(for: .seconds(60))
        let before = scene.honest.map { scene.mesh.received(at: $0).count }
        for (sender, receiver) in scene.pairs { scene.mesh.send([9, 9, 9], from: sender, to: receiver) }
        scene.mesh.run(for: .seconds(20))
        #expect(zip(scene.honest, before).allSatisfy { scene.mesh.received(at: $0).count == $1 + 2 })
    }

    /// Nodes that never met can be kept from their first session. What demands one waits, and nothing that says it has
    /// crossed the mesh sealed is the relay's.
    @Test(arguments: UInt64(1)...8)
    func nothingSealedIsForgedBetweenNodesThatNeverMet(seed: UInt64) {
        let scene = Triangle(seed: seed, haveMet: false)
        let relay = HostileRelay(seed: seed, names: scene.mesh.allNodes.map { scene.mesh.nodeID(of: $0) })
        scene.mesh.interference[scene.relay] = relay.carry
        let sent = exchange(in: scene, rounds: 60, demandsSealing: true)
        #expect(scene.lies(among: sent).allSatisfy { $0.security == .unauthenticated })
        for (node, other) in scene.pairs where scene.mesh.known(at: node)[scene.id(other)]?.isVerified == true {
            let key = scene.mesh.keys(at: node)[scene.id(other)]
            #expect(key == scene.mesh.identity(of: other).x25519PublicKey)
        }
        #expect(scene.mesh.violations == [])
    }

    /// Everybody sends to everybody, each payload once.
    private func exchange(
        in scene: Triangle, rounds: Int, demandsSealing: Bool = false
    ) -> [[UInt8]: (from: MeshNode, to: MeshNode)] {
        var sent: [[UInt8]: (from: MeshNode, to: MeshNode)] = [:]
        for _ in 0..<rounds {
            for (sender, receiver) in scene.pairs {
                let body = [UInt8(sent.count >> 8), UInt8(sent.count & 0xff), 7]
                sent[body] = (sender, receiver)
                scene.mesh.send(body, from: sender, to: receiver, demandsSealing: demandsSealing)
            }
            scene.mesh.run(for: .milliseconds(100))
        }
        scene.mesh.run(for: .seconds(15))
        return sent
    }
}

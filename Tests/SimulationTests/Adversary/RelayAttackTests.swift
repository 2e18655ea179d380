import Attacks
import PIMCore
import PIMCrypto
import PIMNode
import PIMPlugin
import PIMTesting
import PIMWire
import Testing

/// What single lies of a relay would do if it were not for one rule (`design/extensions.md` §3 to §6, §8).
@Suite struct RelayAttackTests {
    /// Makes the relay tamper with what anna sends to ben, and sends three payloads.
    private func tampering(
        _ seed: UInt64, _ tamper: @escaping (Triangle, MeshFrame) -> [MeshFrame]
    ) -> (scene: Triangle, received: [ReceivedPayload]) {
        let scene = Triangle(seed: seed)
        scene.mesh.interference[scene.relay] = { frame in
            frame.source == scene.id(scene.anna) && frame.destination == scene.id(scene.ben)
                ? tamper(scene, frame) : [frame]
        }
        for number in 1...3 as ClosedRange<UInt8> { scene.mesh.send([number], from: scene.anna, to: scene.ben) }
        scene.mesh.run(for: .seconds(5))
        return (scene, scene.mesh.received(at: scene.ben).filter { $0.payload.kind != "hello" })
    }

    @Test func replay() {
        let outcome = attack(on: .sealedReplay) {
            let (_, received) = tampering(21) { _, frame in [frame, frame] }
            return received.count > Set(received.map(\.payload.body)).count
        }
        #expect(outcome == .prevented)
    }

    @Test func renaming() {
        let outcome = attack(on: .sealedSource) {
            let (scene, received) = tampering(22) { scene, frame in
                var renamed = frame
                renamed.source = scene.id(scene.carol)
                return [renamed]
            }
            return received.contains { $0.source == scene.id(scene.carol) && $0.security == .endToEnd }
        }
        #expect(outcome == .prevented)
    }

    @Test func referenceFormOfANodeThatSeals() throws {
        let outcome = attack(on: .pinnedForms) {
            let (scene, received) = tampering(23) { scene, frame in
                let forged = ControlFrame.pluginPayload(PluginPayload(kind: "test", body: [66]))
                guard let payload = try? forged.encode() else { return [] }
                return [
                    MeshFrame(
                        source: frame.source, destination: frame.destination, flags: .isControl, payload: payload)
                ]
            }
            return received.contains { $0.payload.body == [66] && $0.source == scene.id(scene.anna) }
        }
        #expect(outcome == .prevented)
    }

    @Test func namingTheReceiverItself() {
        let outcome = attack(on: .ownSource) {
            let (scene, received) = tampering(24) { scene, frame in
                let forged = ControlFrame.pluginPayload(PluginPayload(kind: "test", body: [66]))
                guard let payload = try? forged.encode() else { return [] }
                let ben = scene.id(scene.ben)
                return [MeshFrame(source: ben, destination: ben, flags: .isControl, payload: payload)]
            }
            return received.contains { $0.source == scene.id(scene.ben) }
        }
        #expect(outcome == .prevented)
    }

    @Test func plantingAKey() {
        let outcome = attack(on: .verifiedKey) {
            let (scene, _) = tampering(25) { scene, frame in
                let key = scene.mesh.identity(of: scene.relay).x25519PublicKey
                let forged = ControlFrame.peerInfo(PeerInfo(x25519: key, name: "anna"))
                guard let payload = try? forged.encode() else { return [] }
                return [
                    MeshFrame(
                        source: frame.source, destination: frame.destination, flags: .isControl, payload: payload)
                ]
            }
            return !scene.falseBeliefs.isEmpty
        }
        #expect(outcome == .prevented)
    }

    /// Between nodes that never met: anna says hello to carol, and the relay shows that to ben.
    @Test func readdressingASignedPeerInfo() throws {
        let outcome = try attack(on: .originSignature) {
            let scene = Triangle(seed: 26)
            let (anna, ben, carol) = (scene.id(scene.anna), scene.id(scene.ben), scene.id(scene.carol))
            let identity = scene.mesh.identity(of: scene.anna)
            // What anna would sign for carol after changing her name.
            let info = try PeerInfo(x25519: identity.x25519PublicKey, name: "renamed").signed(
                by: identity, for: carol, features: [.sealedLinks, .sessions])
            let before = scene.mesh.controlPlane(of: scene.ben)?.counters[.originInvalid, default: 0]
            let payload = try ControlFrame.peerInfo(info).encode()
            scene.mesh.send(
                MeshFrame(source: anna, destination: ben, flags: .isControl, payload: payload), from: scene.relay)
            scene.mesh.run(for: .seconds(1))
            return scene.mesh.controlPlane(of: scene.ben)?.counters[.originInvalid, default: 0] == before
        }
        #expect(outcome == .prevented)
    }

    /// The relay makes an offer to ben in anna's name, takes ben's answer for itself, and seals a payload "from anna".
    @Test func standingBetweenTwoNodesWithTheRelaysKey() throws {
        #expect(try attack(on: .originKey) { try standBetween(seed: 27) { $0.relay } } == .prevented)
    }

    /// The same with anna's key in the offer and a signature that is not hers.
    @Test func standingBetweenTwoNodesWithAForgedSignature() throws {
        #expect(try attack(on: .originSignature) { try standBetween(seed: 28) { $0.anna } } == .prevented)
    }

    /// - Parameter keyHolder: Whose public key the forged offer shows; the relay signs it.
    /// - Returns: Whether ben takes a sealed payload of the relay's for one of anna's.
    private func standBetween(seed: UInt64, keyHolder: (Triangle) -> MeshNode) throws -> Bool {
        let scene = Triangle(seed: seed)
        let mesh = scene.mesh
        let (anna, ben) = (scene.id(scene.anna), scene.id(scene.ben))
        let liar = mesh.identity(of: scene.relay)
        let own = try Ephemeral(secret: [UInt8](repeating: 5, count: 32))
        var answers: [[UInt8]] = []
        mesh.interference[scene.relay] = { frame in
            guard frame.source == ben, frame.destination == anna,
                case .peerInfo(let info)? = try? ControlFrame.decode(frame.payload),
                case .answer(let responder, own.publicKey)? = info.trailer?.exchange
            else { return [frame] }
            answers.append(responder)
            return []
        }
        let frame = PeerInfoTrailer.unsigned(
            PeerInfo(x25519: liar.x25519PublicKey, name: "anna"), features: [.sealedLinks, .sessions],
            exchange: .offer(own.publicKey), publicKey: mesh.identity(of: keyHolder(scene)).publicKey)
        let signature = try liar.sign(Array("pim-origin-v1".utf8) + anna.bytes + ben.bytes + frame)
        mesh.send(
            MeshFrame(source: anna, destination: ben, flags: .isControl, payload: frame + signature),
            from: scene.relay)
        mesh.run(for: .seconds(1))
        guard let answer = answers.first else { return false }
        let session = EndToEndSession(
            keys: try EndToEndKeys(offering: own, answer: answer, own: anna, peer: ben), peer: ben)
        let text = try Self.sealed(PluginPayload(kind: "test", body: [66]), with: session)
        mesh.send(
            MeshFrame(source: anna, destination: ben, flags: .isControl, payload: text), from: scene.relay)
        mesh.run(for: .seconds(1))
        return mesh.received(at: scene.ben).contains {
            $0.payload.body == [66] && $0.source == anna && $0.security == .endToEnd
        }
    }

    private static func sealed(_ payload: PluginPayload, with session: EndToEndSession) throws -> [UInt8] {
        let plaintext = [UInt8(payload.kind.utf8.count)] + Array(payload.kind.utf8) + payload.body
        var frame =
            [UInt8](repeating: 0, count: WireLimits.sealedHeader) + plaintext
            + [UInt8](repeating: 0, count: WireLimits.tag)
        try frame.withUnsafeMutableBytes { try session.seal($0, as: .payload) }
        return frame
    }
}

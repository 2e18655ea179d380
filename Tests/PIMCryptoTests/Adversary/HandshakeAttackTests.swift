import Attacks
import PIMCore
import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

/// Strangers at the handshake (`spec/crypto.md` §12.5, §12.9).
@Suite struct HandshakeAttackTests {
    private let alice: Identity
    private let bob: Identity

    init() throws {
        alice = try Identity(seed: [UInt8](repeating: 1, count: 32))
        bob = try Identity(seed: [UInt8](repeating: 2, count: 32))
    }

    private func responder(_ random: inout SeededRandom, meshKey: MeshKey? = nil) throws -> ResponderHandshake {
        try ResponderHandshake(
            identity: bob, meshKey: meshKey, ephemeral: Ephemeral(using: &random), nonce: random.bytes(32))
    }

    /// Carol writes alice's key into her own Init.
    @Test func nobodyHandshakesAsSomebodyElse() throws {
        let outcome = try attack(on: .handshakeSignature) {
            var random = SeededRandom(seed: 1)
            let ephemeral = try Ephemeral(using: &random)
            let forged = HandshakeHello(
                publicKey: alice.publicKey, ephemeral: ephemeral.publicKey, nonce: random.bytes(32),
                signature: random.bytes(64))
            var bob = try responder(&random)
            return (try? bob.receive(forged)) != nil && bob.presented == alice.nodeID
        }
        #expect(outcome == .prevented)
    }

    @Test func aConfirmThatIsGuessedMakesNoSession() throws {
        let outcome = try attack(on: .handshakeConfirmation) {
            var random = SeededRandom(seed: 2)
            let stranger = try InitiatorHandshake(
                identity: alice, meshKey: nil, ephemeral: Ephemeral(using: &random), nonce: random.bytes(32))
            guard case .initiate(let hello) = stranger.initiate else { return false }
            // A private mesh whose secret the stranger does not have.
            var bob = try responder(&random, meshKey: MeshKey([UInt8](repeating: 7, count: 32)))
            _ = try bob.receive(hello)
            return (try? bob.confirm(random.bytes(32))) != nil
        }
        #expect(outcome == .prevented)
    }

    @Test func ourOwnInitIsNoResponse() throws {
        let outcome = try attack(on: .handshakeReflection) {
            var random = SeededRandom(seed: 3)
            var handshake = try InitiatorHandshake(
                identity: alice, meshKey: nil, ephemeral: Ephemeral(using: &random), nonce: random.bytes(32))
            guard case .initiate(let hello) = handshake.initiate else { return false }
            return (try? handshake.receive(hello))?.peer == alice.nodeID
        }
        #expect(outcome == .prevented)
    }

    @Test func theKeyThatSignsForEverybodySignsForNobody() throws {
        let weak = Vectors.shared.weakEd25519
        let outcome = attack(on: .weakSigner) {
            weak.messages.contains { vector in
                let check: Void? = try? Ed25519Verifier.verify(
                    signature: weak.signature.bytes, of: vector.message.bytes, publicKey: weak.publicKey.bytes)
                return check != nil
            }
        }
        #expect(outcome == .prevented)
    }

    /// The eight points of small order, as far as they have a canonical form.
    @Test func noSessionHasAKeyThatAnybodyCanPredict() throws {
        let outcome = try attack(on: .weakAgreement) {
            var random = SeededRandom(seed: 4)
            let ephemeral = try Ephemeral(using: &random)
            return [0, 1].contains { first in
                (try? ephemeral.agree(with: [first] + [UInt8](repeating: 0, count: 31))) != nil
            }
        }
        #expect(outcome == .prevented)
    }
}

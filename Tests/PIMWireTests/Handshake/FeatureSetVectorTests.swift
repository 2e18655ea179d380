import PIMWire
import TestVectors
import Testing

/// `design/extensions.md` §1 and §2.
@Suite struct FeatureSetVectorTests {
    @Test(arguments: ExtensionVectors.shared.featureNonces.make)
    func noncesAreMade(_ vector: FeatureNonceVectors.Made) {
        let features = FeatureSet(rawValue: vector.features)
        #expect(features.handshakeNonce(random: vector.random.bytes) == vector.nonce.bytes)
        #expect(FeatureSet(handshakeNonce: vector.nonce.bytes) == features.effective)
    }

    @Test(arguments: ExtensionVectors.shared.featureNonces.parse)
    func noncesAreRead(_ vector: FeatureNonceVectors.Parsed) {
        #expect(FeatureSet(handshakeNonce: vector.nonce.bytes).rawValue == vector.features)
        let hello = HandshakeHello(publicKey: [], ephemeral: [], nonce: vector.nonce.bytes, signature: [])
        #expect(hello.features.rawValue == vector.features)
    }

    @Test func noncesOfAnotherSizeSayNothing() {
        let nonce = ExtensionVectors.shared.featureNonces.make[0].nonce.bytes
        #expect(FeatureSet(handshakeNonce: nonce) != [])
        #expect(FeatureSet(handshakeNonce: nonce.dropLast()) == [])
        #expect(FeatureSet(handshakeNonce: nonce + [0]) == [])
        #expect(FeatureSet(handshakeNonce: []) == [])
    }

    @Test func aNodeWithoutFeaturesSendsAReferenceNonce() {
        let random = ExtensionVectors.shared.featureNonces.make[0].random.bytes
        #expect(FeatureSet().handshakeNonce(random: random) == random)
    }
}

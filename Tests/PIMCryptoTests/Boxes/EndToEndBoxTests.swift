import PIMCore
import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct EndToEndBoxTests {
    @Test(arguments: Vectors.shared.e2e.ok)
    func sealsAndOpensTheVectors(_ vector: BoxVectors.Accepted) throws {
        let recipient = try Identity(seed: vector.recipientSeed.bytes)
        #expect(recipient.x25519PublicKey.bytes == vector.recipientX25519Pub.bytes)
        let ephemeral = try Ephemeral(secret: vector.ephemeralSecret.bytes)
        #expect(ephemeral.publicKey == vector.ephemeralPub.bytes)
        let shared = try ephemeral.agree(with: vector.recipientX25519Pub.bytes)
        #expect(shared.exposedBytes == vector.shared.bytes)
        #expect(Derivation.key(from: shared, info: "pim-e2e-v1").exposedBytes == vector.aesKey.bytes)
        let box = try EndToEndBox.seal(
            vector.plaintext.bytes, to: recipient.x25519PublicKey, ephemeral: ephemeral, nonce: vector.nonce.bytes)
        #expect(box == vector.wire.bytes)
        #expect(try recipient.open(vector.wire.bytes) == vector.plaintext.bytes)
    }

    @Test(arguments: Vectors.shared.e2e.rejected)
    func refusesTheVectors(_ vector: BoxVectors.Rejected) throws {
        let identity = try Identity(seed: vector.seed.bytes)
        let code: CryptoError.Code = vector.wire.bytes.count < 60 ? .tooShort : .decryptionFailed
        #expect(throws: CryptoError(code, "")) { try identity.open(vector.wire.bytes) }
    }

    /// The computed rows of `spec/messaging.md` §16.
    @Test(arguments: [
        ("Olá, mesh!", "64228c344e4f2d3655f7cb12ac64b2138f18e36cbd090ab05dee4d"),
        ("", "f105053209174aa6765e5776d7c82ba4"),
    ])
    func sealsTheMessagingTable(_ text: String, _ end: String) throws {
        let recipient = try Identity(seed: (0..<32).map { UInt8($0) })
        #expect(recipient.nodeID.description == "56475aa75463474c0285df5dbf2bcab7")
        #expect(
            Hex.encode(recipient.publicKey) == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
        #expect(
            recipient.x25519PublicKey.description
                == "6aef963cf54de54e960293995f2472dc555e1bc74cd23842a3702a51807c611c")
        let ephemeral = try Ephemeral(secret: [UInt8](repeating: 0x42, count: 32))
        let shared = try ephemeral.agree(with: recipient.x25519PublicKey.bytes)
        #expect(
            Hex.encode(shared.exposedBytes) == "7fb8914d3f3465e67e5ee36a060a5b1283f09ca5d06920c1e12ee7708380c804")
        let box = try EndToEndBox.seal(
            Array(text.utf8), to: recipient.x25519PublicKey, ephemeral: ephemeral,
            nonce: [UInt8](repeating: 0x24, count: 12))
        let head = "132c442be010fbd57e72603328aa76e71fccc1503aae219327d14d9c9993f472242424242424242424242424"
        #expect(Hex.encode(box) == head + end)
        #expect(try recipient.open(box) == Array(text.utf8))
    }

    @Test func everyBoxIsDifferentAndSixtyBytesLonger() throws {
        let recipient = try Identity(seed: [UInt8](repeating: 0x42, count: 32))
        let sender = try Identity(seed: [UInt8](repeating: 1, count: 32))
        var random = SystemRandomNumberGenerator()
        for count in [0, 1, 1500, 65_000] {
            let plaintext = [UInt8](repeating: 7, count: count)
            let box = try sender.seal(plaintext, to: recipient.x25519PublicKey, using: &random)
            #expect(box.count == count + EndToEndBox.overhead)
            #expect(try box != sender.seal(plaintext, to: recipient.x25519PublicKey, using: &random))
            #expect(try recipient.open(box) == plaintext)
            #expect(throws: CryptoError(.decryptionFailed, "")) { try sender.open(box) }
        }
    }

    /// Keys whose agreement anybody can predict (`spec/crypto.md` §12.5), in a box and as its recipient.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func refusesSmallOrderKeys(_ hex: String) throws {
        let key = try #require(X25519PublicKey(hex: hex))
        let identity = try Identity(seed: [UInt8](repeating: 1, count: 32))
        var random = SystemRandomNumberGenerator()
        #expect(throws: CryptoError(.weakAgreement, "")) { try identity.seal([1], to: key, using: &random) }
        let box = key.bytes + [UInt8](repeating: 0, count: 28)
        #expect(throws: CryptoError(.weakAgreement, "")) { try identity.open(box) }
    }
}

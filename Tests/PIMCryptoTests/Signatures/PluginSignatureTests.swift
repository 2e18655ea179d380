import Crypto
import PIMCore
import Testing

@testable import PIMCrypto

@Suite struct PluginSignatureTests {
    private let identity: Identity

    init() throws {
        identity = try Identity(seed: [UInt8](repeating: 1, count: 32))
    }

    @Test func verifiesForItsPluginAndMessageOnly() throws {
        let signature = try PluginSignature.sign([1, 2], plugin: "chat", by: identity)
        let key = identity.publicKey
        try PluginSignature.verify(signature, of: [1, 2], plugin: "chat", publicKey: key)
        let refused = CryptoError(.invalidSignature, "")
        #expect(throws: refused) { try PluginSignature.verify(signature, of: [1], plugin: "chat", publicKey: key) }
        #expect(throws: refused) { try PluginSignature.verify(signature, of: [1, 2], plugin: "cha", publicKey: key) }
        #expect(throws: refused) {
            try Ed25519Verifier.verify(signature: signature, of: [1, 2], publicKey: key)
        }
    }

    @Test func signsTheNameWithItsLength() throws {
        let bytes = try PluginSignature.signedBytes([7], plugin: "ab")
        #expect(
            bytes == Array("pim-plugin-v1".utf8) + [2] + Array("ab".utf8) + Array(SHA512.hash(data: [7] as [UInt8])))
    }

    @Test func refusesNamesWithoutALengthByte() {
        let refused = CryptoError(.invalidInput, "")
        #expect(throws: refused) { try PluginSignature.sign([], plugin: "", by: identity) }
        #expect(throws: refused) {
            try PluginSignature.sign([], plugin: String(repeating: "x", count: 256), by: identity)
        }
    }
}

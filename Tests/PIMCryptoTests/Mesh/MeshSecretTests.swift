import PIMCore
import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct MeshSecretTests {
    @Test(arguments: Vectors.shared.meshSecrets)
    func derivesTheVectors(_ vector: MeshSecretVector) throws {
        let cost = Argon2Cost(memoryKiB: vector.mCostKib, passes: vector.tCost, lanes: vector.pCost)
        let master = try MeshSecret.master(passphrase: vector.passphrase, meshID: vector.meshId, cost: cost)
        #expect(master.exposedBytes == vector.master.bytes)
        let secret = try MeshSecret(passphrase: vector.passphrase, meshID: vector.meshId, kdf: cost)
        #expect(secret.discoveryKey.key.exposedBytes == vector.discoveryKey.bytes)
        #expect(secret.handshakeKey.key.exposedBytes == vector.handshakeKey.bytes)
        #expect(secret.fingerprint == vector.fingerprint)
    }

    /// The row of `spec/config.md` §3.4 that the vector file does not hold.
    @Test func derivesTheConfigurationTable() throws {
        let secret = try MeshSecret(
            passphrase: "correct horse battery staple", meshID: "test-mesh",
            kdf: Argon2Cost(memoryKiB: 8, passes: 1, lanes: 1))
        #expect(
            Hex.encode(secret.discoveryKey.key.exposedBytes)
                == "5285413108c0960592195872c72427956240b96462a72aed49f1d42787f37443")
        #expect(
            Hex.encode(secret.handshakeKey.key.exposedBytes)
                == "bef0b878c49142c6d81de03a646684a7f2485e65782cacb25d160a8e9299ea73")
        #expect(secret.fingerprint == "af6812fb454576a6")
    }

    @Test func refusesAnEmptyPassphraseButNotASpace() throws {
        let cost = Argon2Cost(memoryKiB: 8, passes: 1, lanes: 1)
        #expect(throws: CryptoError(.emptyPassphrase, "")) { try MeshSecret(passphrase: "", meshID: nil, kdf: cost) }
        #expect(try MeshSecret(passphrase: " ", meshID: nil, kdf: cost).fingerprint.count == 16)
    }

    @Test(arguments: [
        Argon2Cost(memoryKiB: 7, passes: 1, lanes: 1), Argon2Cost(memoryKiB: 15, passes: 1, lanes: 2),
        Argon2Cost(memoryKiB: 8, passes: 0, lanes: 1), Argon2Cost(memoryKiB: 8, passes: 1, lanes: 0),
        Argon2Cost(memoryKiB: .max, passes: 1, lanes: 1 << 24),
    ])
    func refusesCostsOutsideTheBounds(_ cost: Argon2Cost) {
        #expect(throws: CryptoError(.invalidCost, "")) { try MeshSecret(passphrase: "x", meshID: nil, kdf: cost) }
    }

    @Test func printsNothingButTheFingerprint() throws {
        let secret = try MeshSecret(
            passphrase: "hunter2", meshID: nil, kdf: Argon2Cost(memoryKiB: 8, passes: 1, lanes: 1))
        #expect("\(secret)" == "mesh secret c468f7e595cdd1ff")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        // 0x03, 0x21, 0xc9: how the handshake key begins.
        #expect(!dumped.contains("201"))
    }

    @Test(arguments: Vectors.shared.rfcommHelloTags)
    func tagsABluetoothHello(_ vector: RFCOMMTagVector) throws {
        #expect(try MeshKey(vector.handshakeKey.bytes).rfcommTag(sender: vector.nodeIdHex) == vector.tag)
    }

    @Test func keysHaveThirtyTwoBytes() {
        #expect(throws: CryptoError(.invalidInput, "")) { try MeshKey([1]) }
    }
}

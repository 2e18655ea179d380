import PIMCore
import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct IdentityTests {
    @Test(arguments: Vectors.shared.identities)
    func derivesTheVectors(_ vector: IdentityVector) throws {
        let identity = try Identity(seed: vector.keyFile.bytes)
        #expect(identity.publicKey == vector.ed25519Pub.bytes)
        #expect(identity.nodeID == vector.nodeId)
        #expect(identity.nodeID.shortDescription == vector.nodeIdShort)
        #expect(identity.x25519PublicKey.bytes == vector.x25519Pub.bytes)
        #expect(MeshAddress.ipv4(of: identity.nodeID, in: .mesh).description == vector.meshIpv4)
        #expect(MeshAddress.ipv6(of: identity.nodeID, in: .mesh).description == vector.meshIpv6)
        #expect(identity.withSeed { Array($0) } == vector.keyFile.bytes)
    }

    @Test(arguments: Vectors.shared.nodeIds.fromPublicKeyBytes)
    func nodeIDIsTheHeadOfTheHash(_ vector: NodeIDVectors.Derivation) {
        #expect(NodeID(derivedFrom: vector.publicKey.bytes) == vector.nodeId)
    }

    @Test(arguments: [0, 31, 33, 64])
    func refusesSeedsOfAnotherSize(_ count: Int) {
        #expect(throws: CryptoError(.invalidInput, "")) { try Identity(seed: [UInt8](repeating: 1, count: count)) }
    }

    @Test func newIdentitiesDiffer() throws {
        var random = SystemRandomNumberGenerator()
        #expect(try Identity(using: &random).nodeID != Identity(using: &random).nodeID)
    }

    @Test func signsAndVerifies() throws {
        let identity = try Identity(seed: [UInt8](repeating: 1, count: 32))
        let signature = try identity.sign([1, 2, 3])
        try Ed25519Verifier.verify(signature: signature, of: [1, 2, 3], publicKey: identity.publicKey)
        #expect(throws: CryptoError(.invalidSignature, "")) {
            try Ed25519Verifier.verify(signature: signature, of: [1, 2, 4], publicKey: identity.publicKey)
        }
    }

    @Test func printsNoSeed() throws {
        let identity = try Identity(seed: [UInt8](repeating: 0xab, count: 32))
        var dumped = ""
        dump(identity, to: &dumped)
        #expect(!"\(identity)".contains("171, 171") && !"\(identity)".lowercased().contains("abab"))
        #expect(!dumped.contains("171, 171") && !dumped.lowercased().contains("abab"))
        #expect(dumped.ranges(of: "- 171\n").count < 4)
    }
}

import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct BLAKE3Tests {
    @Test(arguments: Vectors.shared.blake3.cases)
    func vectorsInAllThreeModes(_ vector: BLAKE3Vectors.Case) throws {
        let input = (0..<vector.inputLen).map { UInt8($0 % 251) }
        #expect(BLAKE3.hash(input) == vector.hash.bytes)
        let key = try #require(BLAKE3.Key(Array(Vectors.shared.blake3.keyAscii.utf8)))
        #expect(BLAKE3.keyedHash(key: key, input) == vector.keyedHash.bytes)
        #expect(
            BLAKE3.deriveKey(context: Vectors.shared.blake3.context, material: input).bytes == vector.deriveKey.bytes)
    }

    @Test func refusesKeysOfAnotherSize() {
        #expect(BLAKE3.Key([1, 2, 3]) == nil)
    }

    @Test func derivesTheKeysOfMeshAddresses() {
        #expect(MeshAddress.ipv4Key.bytes == Vectors.shared.blake3.pimKeyV4.bytes)
        #expect(MeshAddress.ipv6Key.bytes == Vectors.shared.blake3.pimKeyV6.bytes)
    }
}

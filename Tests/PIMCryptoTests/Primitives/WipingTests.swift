import PIMCore
import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct WipingTests {
    @Test func wipedBytesAreZero() {
        var bytes: [UInt8] = [1, 2, 3]
        Wiping.wipe(&bytes)
        #expect(bytes == [0, 0, 0])
        var none: [UInt8] = []
        Wiping.wipe(&none)
        #expect(none.isEmpty)
    }

    /// The extension of this module, not the test generator's own method.
    @Test(arguments: [0, 1, 7, 8, 9, 32, 33])
    func randomBytesFillTheWholeCount(_ count: Int) {
        var random = SystemRandomNumberGenerator()
        let first = random.bytes(count)
        let second = random.bytes(count)
        #expect(first.count == count)
        #expect(count < 8 || first != second)
    }

    @Test func errorsAreOfTheCryptoCategory() {
        let error = PIMError(CryptoError(.confirmMismatch, "the mesh secrets differ"))
        #expect(error.category == .crypto)
        #expect(error.description == "crypto error: confirm mismatch: the mesh secrets differ")
    }
}

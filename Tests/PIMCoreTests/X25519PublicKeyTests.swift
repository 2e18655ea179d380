import PIMCore
import Testing

@Suite struct X25519PublicKeyTests {
    @Test func takesExactlyThirtyTwoBytes() throws {
        let bytes = [UInt8](repeating: 7, count: 32)
        let key = try #require(X25519PublicKey(bytes))
        #expect(key.bytes == bytes)
        #expect(X25519PublicKey(hex: key.description) == key)
        #expect(X25519PublicKey(bytes.dropLast()) == nil)
        #expect(X25519PublicKey(hex: key.description.dropLast()) == nil)
        #expect(X25519PublicKey(hex: key.description + "00") == nil)
    }
}

import PIMWire
import Testing

@testable import PIMNode

@Suite struct HelloMemoryTests {
    private func hello(_ number: Int) -> HandshakeHello {
        let bytes = [UInt8(number >> 8), UInt8(number & 0xff)] + [UInt8](repeating: 0, count: 30)
        return HandshakeHello(
            publicKey: [UInt8](repeating: 1, count: 32), ephemeral: bytes, nonce: bytes,
            signature: [UInt8](repeating: 2, count: 64))
    }

    @Test func refusesARepeatedPair() {
        var memory = HelloMemory()
        #expect(memory.admit(hello(1)) == true)
        #expect(memory.admit(hello(1)) == false)
        #expect(memory.admit(hello(2)) == true)
    }

    @Test func aNewSignatureDoesNotMakeAPairNew() {
        var memory = HelloMemory()
        #expect(memory.admit(hello(1)) == true)
        var resigned = hello(1)
        resigned.signature = [UInt8](repeating: 3, count: 64)
        #expect(memory.admit(resigned) == false)
    }

    @Test func forgetsTheOldestBeyondItsCapacity() {
        var memory = HelloMemory()
        for number in 0...HelloMemory.capacity { #expect(memory.admit(hello(number)) == true) }
        #expect(memory.admit(hello(0)) == true)
        #expect(memory.admit(hello(HelloMemory.capacity)) == false)
    }
}

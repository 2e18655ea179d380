import PIMCore
import PIMWire
import Testing

@Suite struct ByteReaderTests {
    @Test func readsWhatTheWriterWrote() throws {
        let node = NodeID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10)
        var writer = ByteWriter()
        writer.write(uint8: 0x80)
        writer.write(uint16: 0x8001)
        writer.write(uint32: 0x8000_0001)
        writer.write(uint64: 0x8000_0000_0000_0001)
        writer.write(nodeID: node)
        writer.write(bytes: [1, 2, 3])
        #expect(writer.bytes.prefix(3) == [0x80, 0x80, 0x01])
        var reader = ByteReader(writer.bytes)
        #expect(try reader.uint8() == 0x80)
        #expect(try reader.uint16() == 0x8001)
        #expect(try reader.uint32() == 0x8000_0001)
        #expect(try reader.uint64() == 0x8000_0000_0000_0001)
        #expect(try reader.nodeID() == node)
        #expect(reader.remaining == 3)
        #expect(try reader.bytes(3) == [1, 2, 3])
        #expect(reader.remaining == 0)
    }

    @Test func refusesToReadPastTheEndAndConsumesNothing() {
        var reader = ByteReader([1, 2, 3][1...])
        let truncated = WireError(.truncated, "")
        #expect(throws: truncated) { try reader.uint32() }
        #expect(throws: truncated) { try reader.uint64() }
        #expect(throws: truncated) { try reader.nodeID() }
        #expect(throws: truncated) { try reader.bytes(3) }
        #expect(throws: truncated) { try reader.bytes(-1) }
        #expect(throws: truncated) { try reader.bytes(.max) }
        #expect(throws: truncated) { try reader.require(3, "test") }
        #expect(reader.remaining == 2)
        #expect((try? reader.uint16()) == 0x0203)
        #expect(throws: truncated) { try reader.uint8() }
    }

    @Test func errorsAreOfTheProtocolCategory() {
        let error = PIMError(WireError(.badMagic, "transport header"))
        #expect(error.category == .protocol)
        #expect(error.description == "protocol error: bad magic: transport header")
    }
}

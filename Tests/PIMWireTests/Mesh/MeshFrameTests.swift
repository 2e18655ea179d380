import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct MeshFrameTests {
    @Test(arguments: Vectors.shared.frames.meshData)
    func vectorsRoundTrip(_ vector: FrameVectors.MeshData) throws {
        let frame = try MeshFrame.decode(vector.hex.bytes)
        #expect(frame.source == vector.fields.src)
        #expect(frame.destination == vector.fields.dst)
        #expect(frame.ttl == vector.fields.ttl)
        #expect(frame.flags.rawValue == vector.fields.flags)
        #expect(frame.payload == vector.fields.payload.bytes)
        // The session id is ignored on receipt and sent as 0.
        var expected = vector.hex.bytes
        expected.replaceSubrange(32..<36, with: [0, 0, 0, 0])
        #expect(try frame.encode() == expected)
        #expect(try MeshHeader(decoding: vector.hex.bytes[...]) == frame.header)
        var header = [UInt8](repeating: 0xee, count: MeshHeader.byteCount)
        try header.withUnsafeMutableBytes { try frame.header.write(to: $0) }
        #expect(header[...] == expected.prefix(MeshHeader.byteCount))
    }

    @Test(arguments: Vectors.shared.malformed.meshData)
    func refusesMalformedFrames(_ vector: MalformedVectors.Case) {
        #expect(throws: WireError(.truncated, "")) { try MeshFrame.decode(vector.hex.bytes) }
        #expect(throws: WireError(.truncated, "")) { try MeshHeader(decoding: vector.hex.bytes[...]) }
    }

    @Test func unknownFlagIsDroppedAndTrailingBytesAreIgnored() throws {
        var bytes = try Self.frame(payload: [1, 2]).encode()
        bytes[37] = 0xff
        let frame = try MeshFrame.decode(bytes + [9, 9])
        #expect(frame.flags.rawValue == 0x7f)
        #expect(frame.payload == [1, 2])
    }

    @Test func neverEncodesAPayloadAboveSixteenBits() throws {
        #expect(try Self.frame(payload: [UInt8](repeating: 0, count: 65_535)).encode().count == 65_575)
        let frame = Self.frame(payload: [UInt8](repeating: 0, count: 65_536))
        #expect(throws: WireError(.tooLarge, "")) { try frame.encode() }
        var buffer = [UInt8](repeating: 0, count: 40)
        #expect(throws: WireError(.tooLarge, "")) {
            try buffer.withUnsafeMutableBytes { try frame.header.write(to: $0) }
        }
        var negative = frame.header
        negative.payloadLength = -1
        #expect(throws: WireError(.tooLarge, "")) { try buffer.withUnsafeMutableBytes { try negative.write(to: $0) } }
    }

    /// The routed form of a plugin payload, `spec/plugin.md` §10.
    @Test func carriesAControlFrame() throws {
        let frame = MeshFrame(
            source: NodeID(high: 0x1111_1111_1111_1111, low: 0x1111_1111_1111_1111),
            destination: NodeID(high: 0x2222_2222_2222_2222, low: 0x2222_2222_2222_2222), flags: .isControl,
            payload: try #require(Hex.decode("080d6d6573736167696e672e61636b0004deadbeef")))
        let expected =
            "1111111111111111111111111111111122222222222222222222222222222222"
            + "0000000008400015080d6d6573736167696e672e61636b0004deadbeef"
        #expect(Hex.encode(try frame.encode()) == expected)
    }

    private static func frame(payload: [UInt8]) -> MeshFrame {
        MeshFrame(source: NodeID(high: 1, low: 2), destination: NodeID(high: 3, low: 4), payload: payload)
    }
}

import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct TransportFrameTests {
    @Test(arguments: Vectors.shared.frames.transport)
    func vectorsRoundTrip(_ vector: FrameVectors.Transport) throws {
        let frame = try TransportFrame.decode(vector.hex.bytes)
        #expect(try frame.encode() == vector.hex.bytes)
        if let stream = vector.streamBytes { #expect(try frame.streamMessage() == stream.bytes) }
        let header = try TransportHeader.decode(vector.hex.bytes[...])
        #expect(header.frameLength == vector.hex.bytes.count)
        var buffer = [UInt8](repeating: 0xee, count: TransportHeader.byteCount)
        try buffer.withUnsafeMutableBytes { try header.encode(into: $0) }
        #expect(buffer[...] == vector.hex.bytes.prefix(TransportHeader.byteCount))
    }

    @Test(arguments: Vectors.shared.malformed.transport)
    func refusesMalformedFrames(_ vector: MalformedVectors.Case) {
        #expect(throws: WireError.self) { try TransportFrame.decode(vector.hex.bytes) }
    }

    /// `spec/wire.md` §6 fixes the order of the checks.
    @Test func refusesInTheSpecifiedOrder() throws {
        let good = try TransportFrame(clear: .control, payload: [4]).encode()
        func code(_ change: (inout [UInt8]) -> Void) -> WireError.Code? {
            var bytes = good
            change(&bytes)
            do {
                _ = try TransportFrame.decode(bytes)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code { $0.removeLast($0.count - 19) } == .truncated)
        #expect(
            code {
                $0[0] = 0xff; $0[2] = 9; $0[3] = 9
            } == .badMagic)
        #expect(
            code {
                $0[2] = 99; $0[3] = 0; $0[4] = 0xff
            } == .unsupportedVersion)
        #expect(
            code {
                $0[3] = 7; $0[4] = 0xff
            } == .unknownFrameType)
        #expect(code { $0[3] = 0 } == .unknownFrameType)
        #expect(code { $0.replaceSubrange(4..<8, with: [0x00, 0x10, 0x00, 0x01]) } == .tooLarge)
        #expect(code { $0.replaceSubrange(4..<8, with: [0x00, 0x10, 0x00, 0x00]) } == .truncated)
        #expect(code { $0.removeLast() } == .truncated)
        #expect(code { $0.append(0xee) } == nil)
    }

    @Test func largestPayloadOfAStreamIsTheLimit() throws {
        var frame = TransportFrame(clear: .data, payload: [UInt8](repeating: 0, count: 1_048_540))
        #expect(try frame.streamMessage().prefix(4) == [0x00, 0x10, 0x00, 0x00])
        frame.payload.append(0)
        #expect(throws: WireError(.tooLarge, "")) { try frame.encode() }
        #expect(throws: WireError(.tooLarge, "")) { try frame.streamMessage() }
        let header = TransportHeader(type: .data, length: 1_048_541)
        var buffer = [UInt8](repeating: 0, count: 20)
        #expect(throws: WireError(.tooLarge, "")) { try buffer.withUnsafeMutableBytes { try header.encode(into: $0) } }
    }

    @Test func refusesATagOfAnotherSize() {
        let frame = TransportFrame(type: .data, nonce: .zero, payload: [], tag: [0])
        #expect(throws: WireError(.unencodable, "")) { try frame.encode() }
    }

    @Test func writesNoHeaderIntoAShortBuffer() {
        var buffer = [UInt8](repeating: 0, count: 19)
        #expect(throws: WireError(.truncated, "")) {
            try buffer.withUnsafeMutableBytes { try TransportHeader(type: .data, length: 0).encode(into: $0) }
        }
    }
}

import PIMWire
import TestVectors
import Testing

@Suite struct StreamFramerTests {
    @Test(arguments: Vectors.shared.malformed.streamFraming)
    func followsTheVectors(_ vector: MalformedVectors.Case) throws {
        var framer = StreamFramer()
        framer.append(vector.hex.bytes)
        switch vector.reason {
        case "need more": #expect(try framer.next() == nil)
        case "empty message":
            #expect(try framer.next() == [])
            #expect(try framer.next() == nil)
        default: #expect(throws: WireError(.tooLarge, "")) { try framer.next() }
        }
    }

    @Test func cutsAStreamThatArrivesByteByByte() throws {
        let messages: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 300), [7]]
        var framer = StreamFramer()
        var received: [[UInt8]] = []
        for byte in Self.stream(messages) {
            framer.append(CollectionOfOne(byte))
            while let message = try framer.next() { received.append(message) }
        }
        #expect(received == messages)
        #expect(framer.bufferedBytes == 0)
    }

    @Test func cutsManyMessagesFromOneRead() throws {
        let messages = (0..<100).map { [UInt8](repeating: UInt8($0), count: $0) }
        var framer = StreamFramer()
        framer.append(Self.stream(messages) + [0, 0])
        var received: [[UInt8]] = []
        while let message = try framer.next() { received.append(message) }
        #expect(received == messages)
        #expect(framer.bufferedBytes == 2)
    }

    /// Nothing that follows an oversize length is kept, and nothing makes the stream usable again (`spec/wire.md` §20.1).
    @Test func oversizeLengthIsFinal() throws {
        var framer = StreamFramer()
        framer.append([0, 0, 0, 1, 0x55, 0x00, 0x10, 0x00, 0x01])
        #expect(try framer.next() == [0x55])
        #expect(throws: WireError(.tooLarge, "")) { try framer.next() }
        framer.append([UInt8](repeating: 0, count: 100_000))
        #expect(framer.bufferedBytes == 0)
        #expect(throws: WireError(.tooLarge, "")) { try framer.next() }
    }

    @Test func takesTheLargestMessage() throws {
        var framer = StreamFramer()
        framer.append([0x00, 0x10, 0x00, 0x00])
        framer.append([UInt8](repeating: 1, count: 1_048_576))
        #expect(try framer.next()?.count == 1_048_576)
    }

    @Test func aSmallerLimitHolds() throws {
        var framer = StreamFramer(limit: 201)
        framer.append([0, 0, 0, 202])
        #expect(throws: WireError(.tooLarge, "")) { try framer.next() }
    }

    private static func stream(_ messages: [[UInt8]]) -> [UInt8] {
        messages.flatMap { message in
            var writer = ByteWriter()
            writer.write(uint32: UInt32(message.count))
            writer.write(bytes: message)
            return writer.bytes
        }
    }
}

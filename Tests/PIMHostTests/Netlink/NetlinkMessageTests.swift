import Testing

@testable import PIMHost

#if os(Linux)
    @Suite struct NetlinkMessageTests {
        private static let answer: [UInt8] = {
            var writer = NetlinkWriter(24, flags: 0, fixed: [2, 24, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0])
            writer.attribute(1, [203, 0, 113, 0])
            writer.attribute(15, 7477)
            writer.attribute(26) { $0.attribute(10, [1]) }
            return writer.finished(sequence: 9)
        }()

        @Test func whatIsWrittenIsRead() throws {
            let message = try #require(NetlinkMessage.all(in: Self.answer[...]).first)
            #expect(message.kind == 24)
            #expect(message.sequence == 9)
            #expect(message.byte(at: 1) == 24)
            let attributes = message.attributes(after: 12)
            #expect(attributes[1].map(Array.init) == [203, 0, 113, 0])
            #expect(attributes[26].map(Array.init) == [5, 0, 10, 0, 1, 0, 0, 0])
            #expect(Self.answer.count % 4 == 0)
        }

        /// Whatever is cut off or wrong: what is read lies within the bytes, and reading ends.
        @Test func brokenMessagesAreReadAsFarAsTheyGo() {
            for length in 0...Self.answer.count {
                for message in NetlinkMessage.all(in: Self.answer[..<length]) { _ = message.attributes(after: 12) }
            }
            var generator = SystemRandomNumberGenerator()
            for _ in 0..<5000 {
                var bytes = Self.answer
                for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255) }
                for message in NetlinkMessage.all(in: bytes[...]) {
                    _ = message.attributes(after: 12).values.map(\.count)
                    _ = message.outcome
                }
            }
        }

        @Test(arguments: [(Int32(0), Int32(0)), (-17, 17), (.min, .max)])
        func anAcknowledgementTellsTheErrorNumber(raw: Int32, expected: Int32) throws {
            let bytes = NetlinkWriter(2, flags: 0, fixed: withUnsafeBytes(of: raw) { Array($0) }).finished(sequence: 1)
            #expect(try #require(NetlinkMessage.all(in: bytes[...]).first).outcome == expected)
        }
    }
#endif

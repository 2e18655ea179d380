import Testing

@testable import PIMRPC

@Suite("Lines out of a byte stream")
struct LineFramerTests {
    private func lines(_ framer: inout LineFramer) throws -> [String] {
        var lines: [String] = []
        while let line = try framer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        return lines
    }

    @Test func bothLineEndingsAndBlankLines() throws {
        var framer = LineFramer()
        framer.append(Array("a\r\n\n  \t \r\nb\n\r\nc".utf8))
        #expect(try lines(&framer) == ["a", "b"])
        #expect(try framer.finish() == Array("c".utf8))
        #expect(try framer.finish() == nil)
    }

    @Test func chunkingChangesNothing() throws {
        let text = Array("{\"ä\":1}\r\n\n€uro\nlast".utf8)
        for size in 1...text.count {
            var framer = LineFramer()
            var found: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                framer.append(text[start..<min(start + size, text.count)])
                found += try lines(&framer)
            }
            if let last = try framer.finish() { found.append(String(decoding: last, as: UTF8.self)) }
            #expect(found == ["{\"ä\":1}", "€uro", "last"])
        }
    }

    @Test func aLineOfTheMaximumLengthPasses() throws {
        var framer = LineFramer(maximumLength: 8)
        framer.append(Array("12345678\r\n12345678\n".utf8))
        #expect(try lines(&framer) == ["12345678", "12345678"])
    }

    @Test("too long", arguments: ["123456789\n", "123456789\r\n", "1234567890"])
    func longerLinesFail(text: String) {
        var framer = LineFramer(maximumLength: 8)
        framer.append(Array(text.utf8))
        #expect(throws: LineFramer.Failure.tooLong) { try framer.next() }
        framer.append(Array("a\n".utf8))
        #expect(throws: LineFramer.Failure.tooLong) { try framer.next() }
    }

    @Test func aLastLineThatIsTooLongFails() {
        var framer = LineFramer(maximumLength: 8)
        framer.append(Array("123456789".utf8))
        #expect(throws: LineFramer.Failure.tooLong) { try framer.finish() }
    }

    @Test(
        "not UTF-8",
        arguments: [[0xff, 0x0a], [0xc3, 0x0a], [0xed, 0xa0, 0x80, 0x0a], [0xc0, 0x80, 0x0a]] as [[UInt8]])
    func brokenTextFails(bytes: [UInt8]) {
        var framer = LineFramer()
        framer.append(Array("good\n".utf8) + bytes)
        #expect(throws: Never.self) { try framer.next() }
        #expect(throws: LineFramer.Failure.notUTF8) { try framer.next() }
    }
}

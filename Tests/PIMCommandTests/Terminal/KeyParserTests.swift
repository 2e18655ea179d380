import Testing

@testable import pim

@Suite("Keys of a terminal")
struct KeyParserTests {
    private func keys(_ text: String) -> [Key] {
        var parser = KeyParser()
        return parser.take(text.utf8) + parser.settle()
    }

    @Test(
        "single keys",
        arguments: [
            ("a", .character("a")), ("ß", .character("ß")), ("日", .character("日")), ("🙂", .character("🙂")),
            ("\r", .enter), ("\n", .enter), ("\t", .tab), ("\u{7f}", .backspace), ("\u{3}", .control("c")),
            ("\u{1b}", .escape), ("\u{1b}[A", .up), ("\u{1b}OB", .down), ("\u{1b}[C", .right), ("\u{1b}[D", .left),
            ("\u{1b}[Z", .backTab), ("\u{1b}[H", .home), ("\u{1b}[4~", .end), ("\u{1b}[3~", .delete),
            ("\u{1b}[5~", .pageUp), ("\u{1b}[6~", .pageDown), ("\u{1b}[1;5A", .up),
        ] as [(String, Key)])
    func single(text: String, key: Key) {
        #expect(keys(text) == [key])
    }

    @Test func piecesAreJoined() {
        var parser = KeyParser()
        func take(_ bytes: some Sequence<UInt8>) -> [Key] { parser.take(bytes) }
        let bytes = Array("é\u{1b}[5~".utf8)
        #expect(take(bytes[..<1]) == [])
        #expect(take(bytes[1..<5]) == [.character("é")])
        #expect(take(bytes[5...]) == [.pageUp])
    }

    @Test func escWaitsForWhatMayBelongToIt() {
        var parser = KeyParser()
        func take(_ text: String) -> [Key] { parser.take(text.utf8) }
        func settle() -> [Key] { parser.settle() }
        #expect(take("a\u{1b}") == [.character("a")])
        #expect(parser.isUndecided)
        #expect(take("[") == [])
        #expect(take("A") == [.up])
        #expect(!parser.isUndecided)
        #expect(settle() == [])
        #expect(take("\u{1b}") == [])
        #expect(settle() == [.escape])
        #expect(!parser.isUndecided)
        #expect(take("\u{1b}[") == [])
        #expect(settle() == [.escape, .character("[")])
        #expect(take("\u{1b}x") == [.escape, .character("x")])
    }

    @Test func unknownSequencesAndBrokenTextAreSkipped() {
        #expect(keys("\u{1b}[99xa") == [.character("a")])
        var parser = KeyParser()
        func take(_ bytes: [UInt8]) -> [Key] { parser.take(bytes) }
        #expect(take([0xff, 0x61]) == [.character("a")])
        #expect(take([0xc3, 0x28, 0x61]) == [.character("("), .character("a")])
        // A sequence without an end does not hold back everything after it.
        _ = take([0x1b, 0x5b] + Array(repeating: 0x31, count: 40))
        #expect(take([0x62]) == [.character("b")])
    }
}

import Testing

@testable import pim

@Suite("Lines of a file")
struct LineSplitterTests {
    @Test func piecesBecomeLines() {
        var splitter = LineSplitter()
        #expect(splitter.take(Array("a\nb".utf8)) == ["a"])
        #expect(splitter.take(Array("c".utf8)) == [])
        #expect(splitter.take(Array("\n\nd".utf8)) == ["bc", ""])
        #expect(splitter.rest() == "d")
        #expect(splitter.rest() == nil)
    }

    @Test func anEndlessLineComesInPieces() {
        var splitter = LineSplitter()
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: LineSplitter.longestLine / 2)
        #expect(splitter.take(chunk).isEmpty)
        #expect(splitter.take(chunk).map(\.utf8.count) == [LineSplitter.longestLine])
        #expect(splitter.take(Array("y\n".utf8)) == ["y"])
    }
}

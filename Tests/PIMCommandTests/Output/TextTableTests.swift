import Testing

@testable import pim

@Suite("Text for people")
struct TextTableTests {
    @Test func columnsLineUp() {
        var table = TextTable([.init("NAME"), .init("N", isNumber: true), .init("WHERE")])
        table.add(["a", "1", "here"])
        table.add(["longer", "100", ""])
        let text = """
            NAME      N  WHERE
            a         1  here
            longer  100  -
            """
        #expect(table.lines().joined(separator: "\n") == text)
    }

    @Test func strangersCannotWidenATable() {
        var table = TextTable([.init("A", limit: 4), .init("B")])
        table.add(["abcd", "abcdefgh"])
        table.add(["abcde", "x"])
        table.add(["日本語", "y"])
        #expect(
            table.lines() == ["A     B", "abcd  abcdefgh", "abc…  x", "日…   y"])
    }

    @Test func strangersTextCannotCommandTheTerminal() {
        var table = TextTable([.init("NAME")])
        table.add(["a\u{1b}[2Jb\nc"])
        #expect(table.lines().joined(separator: "\n") == "NAME\na\u{fffd}[2Jb\u{fffd}c")
        #expect(Printable.block("a\n\tb\u{9b}") == "a\n\tb\u{fffd}")
    }

    @Test func whatNobodySeesIsShownInNames() {
        #expect(Printable.line("a\u{202e}b\u{200b}c\u{ad}") == "a\u{fffd}b\u{fffd}c\u{fffd}")
        #expect(Printable.line("👩\u{200d}🚀 ❤\u{fe0f}") == "👩\u{200d}🚀 ❤\u{fe0f}")
        // A message may be in a script that needs marks, but not turn round what stands behind it.
        #expect(Printable.block("א\u{200f}!\u{2067}x") == "א\u{200f}!\u{fffd}x")
    }

    @Test func coloursTakeNoColumnsWhateverFollowsThem() {
        let red = "\u{1b}[31m", off = "\u{1b}[0m"
        #expect(DisplayWidth.cutting("\(red)abc\(off)def", columns: 4) == "\(red)abc\(off)d\(off)")
        // A mark that combines with the m of the colour.
        #expect(DisplayWidth.cutting("\(red)\u{301}abcdef", columns: 3).hasPrefix("\(red)\u{301}ab"))
        #expect(DisplayWidth.cutting("\(red)\u{301}abcdef", columns: 3).hasSuffix(off))
        #expect(DisplayWidth.cutting("日本語", columns: 5) == "日本")
    }

    @Test(
        "durations",
        arguments: [
            (0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h 0 min"),
            (172_799, "47 h 59 min"), (172_800, "2 d 0 h"),
        ] as [(UInt64, String)])
    func durations(seconds: UInt64, text: String) {
        #expect(Printable.duration(seconds: seconds) == text)
    }
}

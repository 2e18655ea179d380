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

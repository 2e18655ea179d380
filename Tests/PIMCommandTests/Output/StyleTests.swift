import Testing

@testable import pim

@Suite("Colours")
struct StyleTests {
    @Test func onlyOnATerminalThatShowsThem() {
        func isColoured(_ isTerminal: Bool, noColor: Bool = false, _ environment: [String: String] = [:]) -> Bool {
            Style.of(terminal: isTerminal, noColor: noColor, environment: environment).isEnabled
        }
        #expect(isColoured(true, ["TERM": "xterm"]))
        #expect(isColoured(true, ["NO_COLOR": ""]))
        #expect(!isColoured(false))
        #expect(!isColoured(true, noColor: true))
        #expect(!isColoured(true, ["NO_COLOR": "0"]))
        #expect(!isColoured(true, ["TERM": "dumb"]))
    }

    @Test func plainTextStaysAsItIs() {
        #expect(Style.plain("x", .red) == "x")
        #expect(Style(isEnabled: true)("x", .red) == "\u{1b}[31mx\u{1b}[0m")
        #expect(Style(isEnabled: true)("x", nil) == "x")
    }

    @Test func coloursDoNotShiftColumns() {
        var table = TextTable([.init("A"), .init("B")])
        table.add(["red", "x"], tints: [0: .red])
        table.add(["longer", "y"])
        let lines = table.lines(Style(isEnabled: true))
        #expect(lines[1] == "\u{1b}[31mred\u{1b}[0m     x")
        #expect(lines[2] == "longer  y")
    }

    @Test(
        "columns of a terminal", arguments: [("abc", 3), ("Zoë", 3), ("日本", 4), ("e\u{301}", 1), ("🙂!", 3), ("", 0)])
    func widths(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func textIsCutAtColumns() {
        #expect(DisplayWidth.prefix("日本語", columns: 5) == "日本")
        #expect(DisplayWidth.prefix("abc", columns: 2) == "ab")
    }
}

import PIMRPC
import Testing

@testable import pim

@Suite("Which lines of a log are printed")
struct LogPrinterTests {
    private let lines = [
        "2023-11-14T22:13:20.000000Z  INFO pim_daemon::a: one", "2023-11-14T22:13:21.000000Z  WARN pim_daemon::a: two",
        "  belongs to two", "2023-11-14T22:13:22.000000Z ERROR pim_daemon::a: three",
    ]

    private func printed(_ wish: LogPrinter.Wish, live: [String] = []) -> [String] {
        // The printer hands lines to a closure, so they are collected behind a reference.
        final class Box {
            var lines: [String] = []
        }
        let box = Box()
        var printer = LogPrinter(wish) { box.lines.append($0) }
        for line in lines { printer.take(LogLine(file: line[...])) }
        printer.beginLive()
        for line in live { printer.take(LogLine(file: line[...])) }
        return box.lines
    }

    @Test func allOfThemOrTheLast() {
        #expect(printed(.init()) == lines)
        #expect(printed(.init(last: 2)) == Array(lines[2...]))
        #expect(printed(.init(last: 1), live: ["x", "y"]) == [lines[3], "x", "y"])
    }

    @Test func byLevelWithWhatBelongsToThem() {
        #expect(printed(.init(minimumLevel: .warn)) == Array(lines[1...]))
        #expect(printed(.init(minimumLevel: .error)) == [lines[3]])
        // The last ones that are wanted, not those among the last that are.
        #expect(printed(.init(last: 1, minimumLevel: .warn)) == [lines[3]])
    }

    @Test func byTime() {
        let since = LogPrinter.Wish(window: LogWindow(since: "2023-11-14T22:13:21"))
        #expect(printed(since) == [lines[1], lines[3]])
        let until = LogPrinter.Wish(window: LogWindow(until: "2023-11-14T22:13:21"))
        #expect(printed(until, live: ["x"]) == Array(lines[..<3]))
    }

    @Test func withoutTimeStamps() {
        #expect(printed(.init(last: 2, omitsTimestamp: true)) == [lines[2], "ERROR pim_daemon::a: three"])
    }

    @Test func levelsHaveColours() {
        let wish = LogPrinter.Wish(last: 1, style: Style(isEnabled: true))
        #expect(printed(wish) == ["\u{1b}[31m\(lines[3])\u{1b}[0m"])
    }
}

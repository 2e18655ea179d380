import Foundation
import Logging
import PIMCore
import PIMRPC
import Testing

@testable import PIMDaemon

@Suite("The log stream")
struct LogStreamTests {
    @Test(
        "the level by environment",
        arguments: [
            ([:], .info), (["RUST_LOG": "debug"], .debug), (["PIM_LOG": "warn", "RUST_LOG": "debug"], .warning),
            (["PIM_LOG": "WARNING"], .warning), (["PIM_LOG": "loud", "RUST_LOG": "trace"], .trace),
            (["RUST_LOG": "pim_core=trace, error"], .error), (["RUST_LOG": "pim_core=trace"], .info),
            (["PIM_LOG": ""], .info), (["PIM_LOG": "off"], .critical),
        ] as [([String: String], Logger.Level)])
    func level(environment: [String: String], level: Logger.Level) {
        #expect(LogStream.level(in: environment) == level)
    }

    private func text(_ message: String, _ fields: [(name: String, value: JSONValue)], level: LogLevel = .info)
        -> String
    {
        LogRecord(
            sequence: 0, unixMicroseconds: 1_700_000_000_000_042, level: level, source: "pim_daemon::links",
            message: message, fields: fields
        ).text
    }

    @Test func linesForPeople() {
        #expect(
            text("link opened", [("peer", .string("ab")), ("port", .integer(9100)), ("up", .bool(true))])
                == "2023-11-14T22:13:20.000042Z  INFO pim_daemon::links: link opened peer=ab port=9100 up=true\n")
        #expect(
            text("x", [("name", .string("a \"b\""))], level: .error)
                == "2023-11-14T22:13:20.000042Z ERROR pim_daemon::links: x name=\"a \\\"b\\\"\"\n")
    }

    @Test func whatStrangersSendStaysOnTheLine() {
        let line = text("a\nb\u{1b}[2J", [("name", .string("c\r\nd\u{9b}"))])
        #expect(line.hasSuffix(": a\\u{a}b\\u{1b}[2J name=c\\u{d}\\u{a}d\\u{9b}\n"))
        #expect(line.unicodeScalars.count { $0 == "\n" } == 1)
    }

    @Test func theRingKeepsTheNewestAndCountsTheRest() {
        var ring = LogRing(capacity: 4)
        #expect(ring.records(from: 0, limit: 10).records.isEmpty)
        for number in 0..<10 {
            ring.append(
                LogRecord(
                    sequence: 0, unixMicroseconds: 0, level: .info, source: "", message: "\(number)", fields: []))
        }
        let (records, missed) = ring.records(from: 2, limit: 3)
        #expect(records.map(\.message) == ["6", "7", "8"])
        #expect(records.map(\.sequence) == [6, 7, 8])
        #expect(missed == 4)
        #expect(ring.records(from: 9, limit: 3).records.map(\.message) == ["9"])
        #expect(ring.records(from: 10, limit: 3).records.isEmpty)
        #expect(ring.records(from: 99, limit: 3).records.isEmpty)
    }

    @Test func metadataKeepsItsTypesAndIsBounded() throws {
        let logs = LogStream(level: .trace, descriptor: nil)
        var logger = logs.logger(label: "pim_daemon::x")
        logger[metadataKey: "plugin"] = "messaging"
        logger.trace(
            "m",
            metadata: [
                "b": .stringConvertible(true), "i": .stringConvertible(UInt64.max), "d": .stringConvertible(1.5),
                "a": ["x", "y"], "long": .string(String(repeating: "é", count: 10_000)), "plugin": "other",
            ])
        let record = try #require(logs.records(from: 0, limit: 1).records.first)
        let fields = try #require(record.entry.fields)
        #expect(fields["b"] == .bool(true))
        #expect(fields["i"] == .string("18446744073709551615"))
        #expect(fields["d"] == .number(1.5))
        #expect(fields["a"] == .array([.string("x"), .string("y")]))
        #expect(fields["plugin"] == .string("other"))
        guard case .string(let long)? = fields["long"] else {
            Issue.record("no text")
            return
        }
        #expect(long.utf8.count <= 4100)
        #expect(long.hasSuffix("é…"))
    }

    @Test func linesReachTheFileInOrder() throws {
        let path = NSTemporaryDirectory() + "pim-\(UInt32.random(in: 0 ... .max)).log"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        let logs = LogStream(level: .info, descriptor: file.fileDescriptor)
        let logger = logs.logger(label: "t")
        for number in 0..<1000 { logger.info("line \(number)") }
        logger.debug("not written")
        logs.flush()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.map { $0.suffix(while: { $0 != " " }) } == (0..<1000).map { "\($0)"[...] })
    }
}

extension Substring {
    /// The longest end of which every character fits.
    fileprivate func suffix(while fits: (Character) -> Bool) -> Substring {
        self[(lastIndex { !fits($0) }.map { index(after: $0) } ?? startIndex)...]
    }
}

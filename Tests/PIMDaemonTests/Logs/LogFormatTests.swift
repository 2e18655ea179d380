import Foundation
import Logging
import PIMCore
import PIMRPC
import Testing

@testable import PIMDaemon

@Suite("Forms of a log line")
struct LogFormatTests {
    private func record(
        _ message: String, level: LogLevel = .info, _ fields: [(name: String, value: JSONValue)] = []
    ) -> LogRecord {
        LogRecord(
            sequence: 0, unixMicroseconds: 1_700_000_000_000_042, level: level, source: "pim_daemon::links",
            message: message, fields: fields)
    }

    @Test func jsonIsOneObjectALineInAFixedOrder() throws {
        let line = record("link \"opened\"\n/x", [("port", .integer(9100)), ("up", .bool(true))]).line(as: .json)
        #expect(
            line == #"{"ts":"2023-11-14T22:13:20.000Z","level":"info","source":"pim_daemon::links","#
                + #""message":"link \"opened\"\n/x","fields":{"port":9100,"up":true}}"# + "\n")
        let entry = try RPCCoding.decode(LogEntry.self, from: Array(line.utf8))
        #expect(entry.message == "link \"opened\"\n/x")
        #expect(record("m").line(as: .json).hasSuffix(#""fields":{}}"# + "\n"))
    }

    @Test(arguments: [
        (LogLevel.trace, 7), (.debug, 7), (.info, 6), (.warn, 4), (.error, 3),
    ])
    func theJournalGetsAPriorityAndNoTime(level: LogLevel, priority: Int) {
        let line = record("a\nb", level: level, [("port", .integer(1))]).line(as: .journald)
        #expect(line == "<\(priority)>pim_daemon::links: a\\u{a}b port=1\n")
    }

    @Test func linesThatWereLostAreTold() {
        let skipped = LogRecord.skipped(7, before: record("next"))
        #expect(skipped.line(as: .text).contains(" WARN pim_daemon::log: log lines were skipped"))
        #expect(skipped.line(as: .json).contains(#""fields":{"lines":7}"#))
    }

    @Test func theFormatChangesWhileLinesAreWritten() throws {
        let path = NSTemporaryDirectory() + "pim-\(UInt32.random(in: 0 ... .max)).log"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        var log = PIMConfiguration.Log()
        log.format = .json
        let logs = LogStream(log, environment: [:], descriptor: file.fileDescriptor)
        logs.logger(label: "t").info("one")
        logs.flush()
        log.format = nil
        logs.apply(log)
        logs.logger(label: "t").info("two")
        logs.flush()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("{\"ts\":") == true)
        #expect(lines.last?.hasSuffix("INFO t: two") == true)
    }

    @Test func theJournalIsRecognisedByDeviceAndInode() throws {
        let path = NSTemporaryDirectory() + "pim-\(UInt32.random(in: 0 ... .max)).log"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        var status = stat()
        #expect(fstat(file.fileDescriptor, &status) == 0)
        func format(_ stream: String?, _ log: PIMConfiguration.Log = .init()) -> PIMConfiguration.Log.Format {
            LogStream(
                log, environment: stream.map { ["JOURNAL_STREAM": $0] } ?? [:], descriptor: file.fileDescriptor
            ).format
        }
        #expect(format("\(status.st_dev):\(status.st_ino)") == .journald)
        // Inherited from somebody whose output was the journal; this file is not.
        for stream in [nil, "\(status.st_dev):\(status.st_ino + 1)", "\(status.st_dev)", "a:b", "", "1:2:3"] {
            #expect(format(stream) == .text)
        }
        var json = PIMConfiguration.Log()
        json.format = .json
        #expect(format("\(status.st_dev):\(status.st_ino)", json) == .json)
    }
}

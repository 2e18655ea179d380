import Foundation
import Testing

@testable import pim

@Suite("What a PID file tells")
struct ProcessStateTests {
    @Test func linesAreTheOnesScriptsRead() {
        #expect(ProcessState.running(pid: 7).lines()[0].hasPrefix("pim: running (pid 7)"))
        #expect(ProcessState.stopped(path: "/x").lines() == ["pim: stopped (no PID file at /x)"])
        #expect(ProcessState.stale(path: "/x", pid: 7).lines() == ["pim: stopped (stale PID file /x, pid 7)"])
    }

    @Test func aFileNobodyHoldsIsStale() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pid-\(UInt64.random(in: 0 ... .max))")
            .path
        #expect(ProcessState.find(by: path) == .stopped(path: path))
        try "12345\n".write(toFile: path, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(ProcessState.find(by: path) == .stale(path: path, pid: 12345))
        try "no number".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(ProcessState.find(by: path) == .stale(path: path, pid: nil))
    }
}

import Foundation
import Logging
import PIMCore
import PIMHost
import PIMRPC
import Synchronization
import Testing

@testable import PIMDaemon

@Suite("Files for other programs")
struct PolledFileTests {
    private func file(
        _ path: String, isAskedFor: Bool = true, logger: Logger = .silent,
        content: @escaping @Sendable () async throws -> [UInt8]
    ) -> PolledFile {
        var file = PolledFile(
            path, every: .milliseconds(10), isAskedFor: isAskedFor, logger: logger, content: content)
        file.retryInterval = .milliseconds(10)
        return file
    }

    @Test func theFileIsKeptAndGoesAtTheEnd() async throws {
        let directory = TemporaryDirectory()
        let count = Mutex(0)
        let polled = file(directory.path("pim.stats")) {
            count.withLock { count in
                count += 1
                return Array("\(count)".utf8)
            }
        }
        let keeping = Task { await polled.keep() }
        #expect(await eventually { (try? directory.read("pim.stats")) != nil })
        #expect(try directory.mode(of: "pim.stats") == 0o640)
        #expect(await eventually { (try? directory.read("pim.stats")).map { $0 >= Data("3".utf8) } == true })
        keeping.cancel()
        await keeping.value
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path).isEmpty)
    }

    @Test func theSecondDaemonWaitsForTheFirstOne() async throws {
        let directory = TemporaryDirectory()
        let lock = try FileLock.acquire(directory.path("f.lock"), removingFile: true)
        let capture = LogCapture()
        let polled = file(directory.path("f"), logger: capture.logger) { Array("second".utf8) }
        let keeping = Task { await polled.keep() }
        #expect(await eventually { !capture.messages.isEmpty })
        #expect((try? directory.read("f")) == nil)
        lock.release()
        #expect(await eventually { (try? directory.read("f")) == Data("second".utf8) })
        keeping.cancel()
        await keeping.value
        #expect(capture.messages == ["warning: a file for other programs is not written"])
    }

    /// A daemon that never had the file leaves the one of another alone.
    @Test func whatBelongsToAnotherStays() async throws {
        let directory = TemporaryDirectory()
        let lock = try FileLock.acquire(directory.path("f.lock"), removingFile: true)
        _ = try directory.write(Data("first".utf8), to: "f")
        let capture = LogCapture()
        let polled = file(directory.path("f"), isAskedFor: false, logger: capture.logger) { [] }
        let keeping = Task { await polled.keep() }
        #expect(await eventually { capture.messages == ["debug: a file for other programs is not written"] })
        keeping.cancel()
        await keeping.value
        #expect(try directory.read("f") == Data("first".utf8))
        lock.release()
    }

    @Test func theStatisticsFileHasItsEightLinesInOrder() {
        let statistics = DebugStatistics(
            peers: 1, routes: 2, packetsForwarded: 3, bytesForwarded: 4, packetsDropped: 5, congestionDrops: 6,
            conntrackSize: 7, uptimeSeconds: 8)
        #expect(
            statistics.fileText == """
                peers=1
                routes=2
                packets_forwarded=3
                bytes_forwarded=4
                packets_dropped=5
                congestion_drops=6
                conntrack_size=7
                uptime_secs=8

                """)
    }
}

extension Data {
    /// By the number they say.
    fileprivate static func >= (left: Data, right: Data) -> Bool {
        (Int(String(decoding: left, as: UTF8.self)) ?? 0) >= (Int(String(decoding: right, as: UTF8.self)) ?? 0)
    }
}

import Testing

@testable import PIMHost

#if os(Linux)
    @Suite struct ProcessUsageTests {
        @Test func thisProcessUsesSomething() throws {
            let usage = ProcessUsage.current()
            #expect(try #require(usage.cpuSeconds) > 0)
            #expect(try #require(usage.residentBytes) > 1 << 20)
            #expect(try #require(usage.virtualBytes) >= #require(usage.residentBytes))
            #expect(try #require(usage.openDescriptors) >= 3)
            #expect(try #require(usage.maximumDescriptors) >= UInt64(#require(usage.openDescriptors)))
            let start = try #require(usage.startSeconds)
            let now = Double(WallClock.unixMilliseconds) / 1000
            #expect(start < now + 1)
            #expect(start > now - 86_400)
        }

        /// The name of the program is in parentheses and may contain them, and blanks.
        @Test func theStartIsFoundBehindEveryName() {
            var usage = ProcessUsage()
            let fields = (3...30).map { $0 == 22 ? "5000" : "\($0)" }.joined(separator: " ")
            usage.readStart("7 (a ) (b)) \(fields)", machine: "cpu 1 2\nbtime 1700000000\nx\n", ticksPerSecond: 100)
            #expect(usage.startSeconds == 1_700_000_050)
        }

        @Test(arguments: ["", "12", "x y z", "-1 2"])
        func whatMakesNoSenseIsUnknown(statm: String) {
            var usage = ProcessUsage()
            usage.readMemory(statm, pageSize: 4096)
            usage.readStart(statm, machine: statm, ticksPerSecond: 100)
            #expect(usage == ProcessUsage())
        }
    }
#endif

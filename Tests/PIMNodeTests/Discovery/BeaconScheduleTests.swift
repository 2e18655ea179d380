import PIMCore
import Testing

@testable import PIMNode

@Suite struct BeaconScheduleTests {
    private var random = SplitMix64(seed: 5)

    /// The pauses between the next beacons, each sent when it is due.
    private mutating func pauses(_ count: Int, of schedule: inout BeaconSchedule) -> [Double] {
        (0..<count).map { _ in
            let before = schedule.due
            schedule.sent(at: before, using: &random)
            return Double(before.duration(to: schedule.due).wholeMilliseconds) / 1000
        }
    }

    @Test mutating func startsWithABurstAndSlowsDownInQuiet() {
        var schedule = BeaconSchedule(interval: .seconds(5), timeout: .seconds(30), at: .seconds(1))
        #expect(schedule.due == .seconds(1))
        let pauses = pauses(30, of: &schedule)
        #expect(pauses[0..<2].allSatisfy { (0.8...1.2).contains($0) })
        #expect(pauses[2..<12].allSatisfy { (4...6).contains($0) })
        #expect(pauses[12...].allSatisfy { (8...12).contains($0) })
        #expect(Set(pauses).count > 20)
    }

    /// A third of what others may be presumed to wait is the longest pause.
    @Test(arguments: [(5, 12, 5.0), (5, 24, 8.0), (20, 30, 20.0)])
    mutating func neverSoSlowThatOthersForget(interval: Int, timeout: Int, longest: Double) {
        var schedule = BeaconSchedule(interval: .seconds(interval), timeout: .seconds(timeout), at: .zero)
        let last = pauses(40, of: &schedule).suffix(20)
        #expect(last.allSatisfy { (longest * 0.79...longest * 1.21).contains($0) })
    }

    @Test mutating func aNewNetworkIsGreetedWithABurst() {
        var schedule = BeaconSchedule(interval: .seconds(5), timeout: .seconds(30), at: .zero)
        _ = pauses(20, of: &schedule)
        let now = schedule.due.advanced(by: .seconds(-4))
        schedule.linkUp(at: now)
        #expect(schedule.due == now)
        #expect(pauses(2, of: &schedule).allSatisfy { $0 <= 1.2 })
    }

    /// Whoever invents nodes makes this one answer, and no faster than in a burst.
    @Test mutating func newNeighboursAreAnsweredAtAPace() {
        var schedule = BeaconSchedule(interval: .seconds(5), timeout: .seconds(30), at: .zero)
        _ = pauses(5, of: &schedule)
        var now = schedule.due
        schedule.sent(at: now, using: &random)
        var sent = 0
        for _ in 0..<1000 {
            now = now.advanced(by: .milliseconds(10))
            schedule.neighbourFound(at: now)
            if schedule.due <= now {
                schedule.sent(at: now, using: &random)
                sent += 1
            }
        }
        #expect((9...10).contains(sent))
    }
}

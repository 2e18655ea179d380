import PIMCore
import Testing

@testable import PIMNode

@Suite struct AdvertisementScheduleTests {
    private let start = Moment(monotonic: .zero, unixMilliseconds: 1_000_000)

    private func schedule() -> AdvertisementSchedule {
        AdvertisementSchedule(period: .seconds(5), spacing: .milliseconds(200), at: start)
    }

    @Test func sendsEveryPeriodWithoutNews() {
        var schedule = schedule()
        #expect(schedule.nextDeadline(at: .zero) == .seconds(5))
        #expect(schedule.takeWave(at: .seconds(4.9)) == false)
        #expect(schedule.takeWave(at: .seconds(5)) == true)
        #expect(schedule.takeWave(at: .seconds(9.9)) == false)
        #expect(schedule.takeWave(at: .seconds(10)) == true)
    }

    @Test func newsGoesAtOnceAndThenEvery200Milliseconds() {
        var schedule = schedule()
        var waves = 0
        for millisecond in 0..<1000 {
            schedule.noteChange()
            if schedule.takeWave(at: .seconds(Double(millisecond) / 1000)) { waves += 1 }
        }
        #expect(waves == 6)
    }

    @Test func newsThatHasToWaitSetsTheDeadline() {
        var schedule = schedule()
        for _ in 0..<2 {
            schedule.noteChange()
            #expect(schedule.takeWave(at: .zero) == true)
        }
        schedule.noteChange()
        #expect(schedule.takeWave(at: .zero) == false)
        let due = schedule.nextDeadline(at: .zero)
        #expect(due > .seconds(0.19) && due < .seconds(0.21))
        #expect(schedule.takeWave(at: due) == true)
    }

    @Test func sequencesStartAtTheWallClockAndAlwaysGrow() {
        var schedule = schedule()
        #expect(schedule.nextSequence(at: start) == 1_000_001)
        #expect(schedule.nextSequence(at: start) == 1_000_002)
        #expect(schedule.nextSequence(at: Moment(monotonic: .seconds(1), unixMilliseconds: 1_001_000)) == 1_001_000)
        // The wall clock was set back.
        #expect(schedule.nextSequence(at: Moment(monotonic: .seconds(2), unixMilliseconds: 5)) == 1_001_001)
    }

    @Test func aWallClockBefore1970StillGivesNoZero() {
        let broken = Moment(monotonic: .zero, unixMilliseconds: 0)
        var schedule = AdvertisementSchedule(period: .seconds(5), spacing: .milliseconds(200), at: broken)
        #expect(schedule.nextSequence(at: broken) == 1)
    }
}

import Testing

@testable import PIMDaemon

@Suite struct PressureGaugeTests {
    @Test func eachLevelIsToldOnceUntilThereIsRoomAgain() {
        var gauge = PressureGauge()
        let readings: [(UInt32, Int?)] = [
            (50, nil), (80, 1), (85, nil), (96, 2), (100, nil), (81, nil), (96, nil), (60, nil), (79, nil), (99, 2),
        ]
        for (used, level) in readings { #expect(gauge.read(used: used, max: 100) == level, "\(used)") }
    }

    @Test func withoutALimitThereIsNoPressure() {
        var gauge = PressureGauge()
        #expect(gauge.read(used: 1000, max: 0) == nil)
    }
}

import PIMCore
import PIMHost
import Testing

@testable import PIMDaemon

@Suite struct GatewayMeterTests {
    private func time(_ milliseconds: Int64) -> MonotonicTime { .zero.advanced(by: .milliseconds(milliseconds)) }

    private func counts(sent: UInt64, received: UInt64, overLimit: UInt64 = 0) -> [GatewayCounter: GatewayCount] {
        [
            .sent: GatewayCount(packets: 1, bytes: sent), .received: GatewayCount(packets: 1, bytes: received),
            .overLimit: GatewayCount(packets: overLimit, bytes: 40 * overLimit),
        ]
    }

    @Test func ratesAreBitsPerSecondSinceTheReadingBefore() {
        var meter = GatewayMeter()
        meter.read(counts(sent: 1000, received: 5000), at: time(0))
        #expect((meter.sentRate, meter.receivedRate) == (0, 0))
        meter.read(counts(sent: 2000, received: 9000), at: time(2000))
        #expect((meter.sentRate, meter.receivedRate) == (4000, 16_000))
        meter.read(counts(sent: 2000, received: 9000), at: time(4000))
        #expect((meter.sentRate, meter.receivedRate) == (0, 0))
    }

    @Test func readingsCloseToEachOtherKeepTheRateAndLoseNothing() {
        var meter = GatewayMeter()
        meter.read(counts(sent: 0, received: 0), at: time(0))
        meter.read(counts(sent: 500, received: 0), at: time(100))
        #expect((meter.sent, meter.sentRate) == (500, 0))
        meter.read(counts(sent: 1000, received: 0), at: time(1000))
        #expect(meter.sentRate == 8000)
    }

    @Test func totalsGoOnWhenTheTableIsReplaced() {
        var meter = GatewayMeter()
        meter.read(counts(sent: 1000, received: 100, overLimit: 3), at: time(0))
        meter.read(counts(sent: 20, received: 150, overLimit: 1), at: time(1000))
        #expect((meter.sent, meter.received) == (1020, 150))
        #expect(meter.dropped[.overLimit] == 4)
    }
}

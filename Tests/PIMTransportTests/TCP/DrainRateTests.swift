import PIMCore
import Testing

@testable import PIMTransport

@Suite struct DrainRateTests {
    /// Sends without a pause over a connection of so many bytes a second.
    private func run(_ rate: inout DrainRate, bytesPerSecond: Int, from start: Int = 0, intervals: Int = 60) -> Int {
        for index in start..<start + intervals {
            rate.noteWritten(bytesPerSecond / 40)
            _ = rate.noteWritable(isBacklogged: true, at: .zero.advanced(by: .milliseconds(25 * (index + 1))))
        }
        return rate.allowance
    }

    @Test(arguments: [(250_000, 8192), (1_250_000, 25_000), (5_000_000, 100_000), (400_000_000, 131_072)])
    func whatIsInFrontOfOthersIsWhatTheConnectionMovesIn20ms(bytesPerSecond: Int, expected: Int) {
        var rate = DrainRate()
        let allowance = run(&rate, bytesPerSecond: bytesPerSecond)
        // Small steps are not worth telling the socket.
        #expect(allowance * 2 >= expected && allowance <= expected * 3 / 2)
    }

    @Test func aConnectionThatBecomesFastIsGivenMoreAgain() {
        var rate = DrainRate()
        _ = run(&rate, bytesPerSecond: 250_000)
        let allowance = run(&rate, bytesPerSecond: 400_000_000, from: 60)
        #expect(allowance > 96 << 10)
    }

    @Test func pausesOfTheSenderSayNothing() {
        var rate = DrainRate()
        for second in 1..<50 {
            rate.noteWritten(100)
            let hasChanged = rate.noteWritable(isBacklogged: false, at: .zero.advanced(by: .seconds(second)))
            #expect(!hasChanged)
        }
        #expect(rate.allowance == DrainRate.most)
    }
}

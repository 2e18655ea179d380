import Logging
import PIMCore
import PIMRPC
import Testing

@testable import PIMDaemon

@Suite("Which lines are logged")
struct LogLevelsTests {
    @Test(
        "the most exact name counts",
        arguments: [
            ("pim_daemon::gateway", .trace), ("pim_daemon::gateway::nat", .trace), ("pim_daemon::gateways", .error),
            ("pim_daemon", .error), ("other", .warning), ("", .warning),
        ] as [(String, Logger.Level)])
    func sources(source: String, level: Logger.Level) {
        let levels = LogLevels(level: .warning, sources: ["pim_daemon": .error, "pim_daemon::gateway": .trace])
        #expect(levels.level(of: source) == level)
    }

    private func levels(_ level: PIMConfiguration.Log.Level, _ environment: [String: String]) -> LogLevels {
        var log = PIMConfiguration.Log()
        log.level = level
        log.levels = ["a": .trace]
        return LogLevels(log, environment: LogEnvironment(environment))
    }

    @Test func theEnvironmentBeatsTheFile() {
        #expect(levels(.warn, [:]) == LogLevels(level: .warning, sources: ["a": .trace]))
        // A level is meant for everything.
        #expect(levels(.warn, ["PIM_LOG": "debug"]) == LogLevels(level: .debug))
        #expect(levels(.warn, ["RUST_LOG": "debug, b=error"]) == LogLevels(level: .debug, sources: ["b": .error]))
        // Pairs are about their sources only.
        #expect(
            levels(.warn, ["PIM_LOG": "b::c=off,a=info"])
                == LogLevels(level: .warning, sources: ["a": .info, "b::c": .critical]))
        #expect(levels(.warn, ["PIM_LOG": "a=b=c,=info,,loud"]) == LogLevels(level: .warning, sources: ["a": .trace]))
    }

    @Test func loggersThatExistFollowAtOnce() {
        let logs = LogStream(PIMConfiguration.Log(), environment: [:], descriptor: -1)
        let old = logs.logger(label: "pim_daemon::gateway")
        old.debug("lost")
        var log = PIMConfiguration.Log()
        log.level = .error
        log.levels = ["pim_daemon": .debug]
        logs.apply(log)
        old.debug("one")
        logs.logger(label: "pim_daemon::late").debug("two")
        logs.logger(label: "other").warning("lost")
        logs.apply(PIMConfiguration.Log())
        old.debug("lost")
        logs.logger(label: "other").info("three")
        #expect(logs.records(from: 0, limit: 10).records.map(\.message) == ["one", "two", "three"])
        #expect(logs.counts == [.debug: 2, .info: 1])
    }

    @Test func theEnvironmentStaysWhenTheFileChanges() {
        let logs = LogStream(PIMConfiguration.Log(), environment: ["PIM_LOG": "warn"], descriptor: -1)
        var log = PIMConfiguration.Log()
        log.level = .trace
        logs.apply(log)
        #expect(logs.level == .warning)
    }

    @Test func whatSomebodySetOnHisLoggerStays() {
        let logs = LogStream(level: .info, descriptor: nil)
        var logger = logs.logger(label: "x")
        logger.logLevel = .trace
        logs.apply(PIMConfiguration.Log())
        logger.trace("kept")
        #expect(logs.records(from: 0, limit: 1).records.map(\.message) == ["kept"])
    }
}

import ArgumentParser
import PIMClient
import PIMCore
import Testing

@testable import pim

@Suite("Exit codes")
struct ExitStatusTests {
    @Test func errorsOfRunningCommands() {
        #expect(ExitStatus(of: ControlClientError(.notRunning, path: "", "")) == .notRunning)
        #expect(ExitStatus(of: ControlClientError(.timedOut, path: "", "")) == .failed)
        #expect(ExitStatus(of: RPCError(.messagePeerUnknown, "")) == .refused)
        #expect(ExitStatus(of: PIMError(.io, "")) == .failed)
        #expect(ExitStatus(of: CommandFailure("", status: .notRunning)) == .notRunning)
        #expect(ExitStatus(of: CancellationError()) == .failed)
    }

    @Test(
        "wrong usage",
        arguments: [
            ["nope"], ["status", "--nope"], ["config", "generate"], ["config", "generate", "chief"],
            ["config", "set", "a.b"],
            ["ping", "b", "-c", "0"], ["mesh", "generate-passphrase", "--words", "3"], ["peers", "broadcast", "set"],
            ["peers", "add", ":1"], ["peers", "pair", "x", "--once", "--persist"],
            ["messages", "send", "bob"], ["messages", "history", "bob", "-n", "0"], ["up", "--timeout", "0"],
            ["logs", "--since", "1x"], ["logs", "-f", "--no-follow"], ["down", "--timeout", "x"],
        ])
    func usageErrors(arguments: [String]) {
        #expect {
            _ = try Pim.parseAsRoot(arguments)
        } throws: {
            ExitStatus(of: $0) == .usage
        }
    }

    @Test("a command is mandatory", arguments: [[], ["messages"], ["config"], ["mesh"], ["debug"]] as [[String]])
    func missingCommands(arguments: [String]) async throws {
        var command = try #require(try Pim.parseAsRoot(arguments) as? any AsyncParsableCommand)
        do {
            try await command.run()
            Issue.record("ran without a command")
        } catch {
            #expect(ExitStatus(of: error) == .usage)
        }
    }

    @Test(
        "the options of the reference",
        arguments: [
            ["up", "-c", "x", "--pid-file", "p", "-d", "--log-file", "l"], ["up", "--daemon"], ["up", "--detach"],
            ["down", "--pid-file", "p"], ["status", "-v"], ["route", "on", "-c", "x"],
            ["debug", "peers", "--snapshot", "x"],
            ["debug", "route", "get", "internet"], ["mesh", "status", "--config", "x"],
            ["logs", "-n", "5", "-F", "--retry", "--since", "5m"],
            ["logs", "--no-follow", "--no-timestamp", "--until", "2023-11-14T22:13:20Z"],
            ["config", "generate", "relay", "gateway", "relay", "--name", "x", "-o", "f", "--force"],
        ])
    func accepted(arguments: [String]) throws {
        #expect(!(try Pim.parseAsRoot(arguments) is Pim))
    }
}

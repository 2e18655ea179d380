import PIMCore
import PIMHost
import Testing

@Suite struct CommandTests {
    @Test func saysHowAProgramEndedAndWhatItWrote() async throws {
        let result = try await Command.run("sh", ["-c", "cat; echo wrong >&2; exit 3"], input: "table inet pim {}\n")
        #expect(result == CommandResult(status: 3, output: "table inet pim {}\n", error: "wrong\n"))
        #expect(!result.isSuccess)
        #expect(result.complaint == "wrong")
    }

    @Test func argumentsArriveAsTheyAre() async throws {
        let hostile = "$(id) `id`; 'x' \"y\" *"
        let result = try await Command.run("/usr/bin/printf", ["%s|%s", hostile, ""])
        #expect(result.output == hostile + "|")
        #expect(result.isSuccess)
    }

    @Test func aSignalIsAStatusToo() async throws {
        #expect(try await Command.run("sh", ["-c", "kill -TERM $$"]).status == 128 + 15)
    }

    @Test func aProgramThatDoesNotExistIsNamed() async {
        let error = await #expect(throws: PIMError.self) { try await Command.run("pim-no-such-program", []) }
        #expect(error?.category == .io)
        #expect(error?.message.contains("pim-no-such-program: there is no such program") == true)
    }

    @Test func aProgramThatHangsIsKilled() async {
        let start = ContinuousClock.now
        let error = await #expect(throws: PIMError.self) {
            try await Command.run("sleep", ["60"], deadline: .milliseconds(100))
        }
        #expect(error?.message.contains("did not end") == true)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func aProgramThatReadsNothingDoesNotMind() async throws {
        #expect(try await Command.run("true", [], input: String(repeating: "x", count: 1 << 20)).isSuccess)
    }
}

import Foundation
import Testing

@testable import pim

@Suite("What the system refuses")
struct SystemFailureTests {
    @Test func aFileThatCannotBeWrittenIsNamed() {
        #expect {
            try Data().write(to: URL(fileURLWithPath: "/proc/no/such/directory"))
        } throws: { error in
            Complaint(error).message == "/proc/no/such/directory: No such file or directory"
        }
    }

    @Test func aReadThatNamesNoFileIsToldWithTheOneThatWasMeant() throws {
        let directory = try #require(FileHandle(forReadingAtPath: "/"))
        #expect {
            try SystemFailure.naming("/") { try directory.read(upToCount: 1) }
        } throws: { error in
            Complaint(error).message == "cannot use /: Is a directory"
        }
    }

    @Test func otherErrorsAreNoneOfTheSystem() {
        #expect(SystemFailure(CommandFailure("no"))?.description == nil)
        #expect(throws: CommandFailure.self) { try SystemFailure.naming("/") { throw CommandFailure("no") } }
    }
}

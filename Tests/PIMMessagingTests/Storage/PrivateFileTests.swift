import Foundation
import PIMCore
import Testing

@testable import PIMMessaging

@Suite struct PrivateFileTests {
    @Test func databaseAndJournalsAreForTheirOwnerOnly() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        _ = try await store.apply(.insert(.sample()))
        for name in ["messages.db", "messages.db-wal", "messages.db-shm"] {
            #expect(try temporary.mode(of: name) == 0o600, "\(name)")
        }
        try store.close()
    }

    @Test func aLaxFileOfAnEarlierDaemonIsTightened() throws {
        let temporary = try TemporaryStore()
        try Data().write(to: temporary.file)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: temporary.file.path)
        let store = try temporary.open()
        #expect(try temporary.mode(of: "messages.db") == 0o600)
        try store.close()
    }

    @Test func aDirectoryThatIsNotThereIsAnErrorThatNamesTheFile() throws {
        let temporary = try TemporaryStore()
        try FileManager.default.removeItem(at: temporary.directory)
        #expect {
            try temporary.open()
        } throws: { error in
            (error as? PIMError)?.category == .io && "\(error)".contains("messages.db")
        }
    }
}

import Foundation
import PIMHost
import Testing

@Suite struct FileLockTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func secondHolderIsRefusedAndToldWhoHasIt() throws {
        let path = directory.file("lock")
        let lock = try FileLock.acquire(path)
        let error = #expect(throws: FileError(.locked, "", operation: "")) { try FileLock.acquire(path) }
        let refusal = try #require(error)
        #expect(refusal.holder == ProcessProbe.ownPID)
        #expect(refusal.description.contains("process \(ProcessProbe.ownPID)"))
        #expect(try FileLock.holder(of: path) == ProcessProbe.ownPID)
        lock.release()
        #expect(try FileLock.holder(of: path) == nil)
        try FileLock.acquire(path).release()
        #expect(directory.entries == ["lock"])
    }

    @Test func lockGoesWithItsLastReference() throws {
        let path = directory.file("lock")
        do {
            let lock = try FileLock.acquire(path)
            #expect(lock.path == path)
        }
        try FileLock.acquire(path).release()
    }

    @Test func aKilledProcessLosesItsLockAndAnotherProcessIsNamed() throws {
        let path = directory.file("lock")
        // `flock` runs the command while it holds the lock; the file says what its holder would have written.
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/bin/sh")
        holder.arguments = ["-c", "exec 9>\"$1\"; flock -x 9; printf %s $$ >&9; exec sleep 60", "sh", path]
        try holder.run()
        let deadline = ContinuousClock.now + .seconds(10)
        while try FileLock.holder(of: path) != holder.processIdentifier, ContinuousClock.now < deadline { usleep(2000) }
        #expect(try FileLock.holder(of: path) == holder.processIdentifier)
        let error = #expect(throws: FileError(.locked, "", operation: "")) { try FileLock.acquire(path) }
        #expect(try #require(error).holder == holder.processIdentifier)

        try ProcessProbe.send(.kill, to: holder.processIdentifier)
        holder.waitUntilExit()
        #expect(try FileLock.holder(of: path) == nil)
        try FileLock.acquire(path).release()
    }

    @Test func questionsDoNotKeepAHolderOut() async throws {
        let path = directory.file("lock")
        try FileLock.acquire(path).release()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for _ in 0..<2000 { _ = try FileLock.holder(of: path) } }
            group.addTask { for _ in 0..<200 { try FileLock.acquire(path).release() } }
            try await group.waitForAll()
        }
    }

    @Test func onlyOneOfManyStartersGetsThePIDFile() async throws {
        let path = directory.file("pim.pid")
        for _ in 0..<20 {
            let claimed = await withTaskGroup(of: PIDFile?.self) { group in
                for _ in 0..<8 { group.addTask { try? PIDFile.claim(path) } }
                return await group.reduce(into: [PIDFile]()) { if let file = $1 { $0.append(file) } }
            }
            #expect(claimed.count == 1)
            claimed.first?.remove()
        }
        #expect(directory.entries.isEmpty)
    }
}

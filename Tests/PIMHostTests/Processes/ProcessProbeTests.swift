import Foundation
import PIMHost
import Testing

@Suite struct ProcessProbeTests {
    @Test func ownProcessAndTheFirstOneAreAlive() {
        #expect(ProcessProbe.isAlive(ProcessProbe.ownPID))
        // For an ordinary user this one answers "not permitted", which is alive as well.
        #expect(ProcessProbe.isAlive(1))
    }

    @Test(arguments: [0, -1, Int32.max] as [Int32])
    func numbersThatAreNoProcessAreNotAlive(pid: Int32) {
        #expect(!ProcessProbe.isAlive(pid))
        #expect(throws: FileError(.noSuchProcess, "", operation: "")) { try ProcessProbe.send(.terminate, to: pid) }
    }

    @Test func signalEndsAProcess() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        #expect(ProcessProbe.isAlive(process.processIdentifier))
        // Not SIGTERM: a child of a concurrency thread inherits that thread's mask, which blocks it.
        try ProcessProbe.send(.kill, to: process.processIdentifier)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(!ProcessProbe.isAlive(process.processIdentifier))
    }
}

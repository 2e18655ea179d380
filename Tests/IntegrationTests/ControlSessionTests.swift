import Foundation
import PIMCore
import PIMPlugin
import PIMRPC
import Synchronization
import Testing

@testable import PIMClient

/// A client that outlives daemons, and calls that outlive their plugin's patience.
@Suite(.timeLimit(.minutes(2))) struct ControlSessionTests {
    @Test func aSessionComesBackWithTheDaemon() async throws {
        let first = try await DaemonUnderTest.start("first")
        let session = ControlSession(path: first.socket, name: "test/1", streams: [.status])
        let running = Task { await session.run() }
        defer { running.cancel() }
        var updates = session.updates.makeAsyncIterator()
        guard case .connected(let hello)? = await updates.next() else {
            Issue.record("not connected")
            return
        }
        #expect(hello.rpcVersion == RPC.version)
        #expect(try await session.call(RPC.status).nodeID == first.nodeID)

        try await first.stop()
        var reasons: [String] = []
        while case .disconnected(let reason)? = await updates.next() {
            reasons.append(reason)
            // The second one says that there is nobody to connect to.
            if reasons.count == 2 { break }
        }
        #expect(Set(reasons).count == 2)
        await #expect(throws: ControlClientError(.notRunning, path: "", "")) { try await session.call(RPC.status) }

        let second = try await DaemonUnderTest.start("second", in: first.directory)
        guard case .connected? = await updates.next() else {
            Issue.record("not connected again")
            return
        }
        let status = try await session.call(RPC.status)
        #expect((status.nodeID, status.node) == (first.nodeID, "second"))
        try await second.stop()
    }

    @Test func pausesGrowToFourSeconds() {
        let pauses = (0...5).map { ControlSession.pause(after: $0) }
        #expect(pauses == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(4), .seconds(4)])
    }

    @Test func aPluginThatNeverAnswersHoldsUpItselfOnly() async throws {
        let plugin = MutePlugin()
        let daemon = try await DaemonUnderTest.start("host", plugins: [plugin])
        let client = daemon.client
        let waiting = Task { try await client.call(method: "mute.never", timeout: .seconds(60)) }
        try await plugin.isAsked.wait()
        let behind = Task { try await client.call(method: "mute.count", timeout: .seconds(60)) }
        // Sent later on the same connection, answered at once.
        #expect(try await client.call(RPC.status).nodeID == daemon.nodeID)
        #expect(try await client.call(RPC.pluginsList).plugins.contains { $0.name == "mute" })
        #expect(plugin.counted.load(ordering: .relaxed) == 0)
        plugin.release.open()
        #expect(try await waiting.value == Array("true".utf8))
        #expect(try await behind.value == Array("1".utf8))
        try await daemon.stop()
    }
}

/// Answers one method when it is told to, another one at once.
private final class MutePlugin: DaemonPlugin {
    let name = "mute"
    let payloadKinds: [String] = []
    let isAsked = Gate()
    let release = Gate()
    let counted = Atomic<Int>(0)

    var rpcMethods: [PluginRPCMethod] {
        [
            PluginRPCMethod("never", summary: "Waits.") { [self] (_: NoParameters) in
                isAsked.open()
                try await release.wait()
                return true
            },
            PluginRPCMethod("count", summary: "Counts.") { [self] (_: NoParameters) in
                counted.add(1, ordering: .relaxed).newValue
            },
        ]
    }

    func handlePayload(_ payload: InboundPayload) async throws {}
}

/// Opens once.
private final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let opening: AsyncStream<Void>.Continuation

    init() {
        (stream, opening) = AsyncStream.makeStream()
    }

    func open() { opening.finish() }

    func wait() async throws {
        for await _ in stream {}
        try Task.checkCancellation()
    }
}

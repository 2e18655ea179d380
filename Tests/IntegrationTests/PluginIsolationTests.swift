import Foundation
import PIMClient
import PIMCore
import PIMMessaging
import PIMPlugin
import PIMRPC
import Synchronization
import Testing

/// What a plugin may do without anybody else noticing.
@Suite(.serialized) struct PluginIsolationTests {
    @Test func floodingSourceCostsAnotherSourceNothing() async throws {
        let collector = Collector()
        let sink = try await DaemonUnderTest.start("sink", plugins: [collector])
        let flood = try await DaemonUnderTest.start(
            "flood", peers: [sink.port], plugins: [Sender(target: sink.nodeID, pause: nil)])
        try await eventually("the flood reached the mailbox") { collector.count(from: flood.nodeID) > 10_000 }
        let calm = try await DaemonUnderTest.start(
            "calm", peers: [sink.port], plugins: [Sender(target: sink.nodeID, pause: .milliseconds(100), count: 50)])
        try await eventually("all of the calm source arrived", within: .seconds(40)) {
            collector.count(from: calm.nodeID) == 50
        }
        let plugin = try await sink.plugin("collect")
        #expect(plugin.topSources.first { $0.node == calm.nodeID } == nil)
        if !plugin.dropped.isEmpty { #expect(plugin.topSources.first?.node == flood.nodeID) }
        for daemon in [calm, flood, sink] { try await daemon.stop() }
    }

    @Test func handlerThatNeverReturnsDelaysNobody() async throws {
        let relay = try await DaemonUnderTest.start("r", plugins: [Stuck()])
        let a = try await DaemonUnderTest.start(
            "a", peers: [relay.port],
            plugins: [MessagingPlugin(), Sender(target: relay.nodeID, kind: "stuck.payload", pause: .milliseconds(1))])
        let b = try await DaemonUnderTest.start("b", peers: [relay.port], plugins: [MessagingPlugin()])
        try await eventually("the handler is stuck") { try await relay.plugin("stuck").queued > 0 }
        try await eventually("a has a route to b") { try await a.hasRoute(to: b.nodeID) }
        _ = try await a.send("past the stuck plugin", to: b.nodeID)
        try await eventually("delivered") { try await a.messages(with: b.nodeID).first?.status == .delivered }
        for daemon in [a, b, relay] { try await daemon.stop() }
    }

    @Test func lastPayloadSentDuringShutdownArrives() async throws {
        let collector = Collector()
        let sink = try await DaemonUnderTest.start("sink", plugins: [collector])
        let leaver = try await DaemonUnderTest.start(
            "leaver", peers: [sink.port], plugins: [Farewell(target: sink.nodeID)])
        try await eventually("a route") { try await leaver.hasRoute(to: sink.nodeID) }
        try await leaver.stop()
        try await eventually("the farewell arrived") { collector.count(from: leaver.nodeID) == 1 }
        try await sink.stop()
    }

    @Test func requiredPluginThatCannotStartStopsTheDaemonAndIsNamed() async throws {
        await #expect { try await DaemonUnderTest.start("x", plugins: [Broken(policy: .required)]) } throws: { _ in true
        }
        let daemon = try await DaemonUnderTest.start("y", plugins: [Broken(policy: .optional)])
        let plugin = try await daemon.plugin("broken")
        #expect(plugin.phase == "failed")
        #expect(plugin.lastError?.contains("no luck") == true)
        try await daemon.stop()
    }
}

/// Counts what arrives, by source; fast.
private final class Collector: DaemonPlugin {
    let name = "collect"
    let payloadKinds = ["test.payload"]
    private let counts = Mutex<[NodeID: Int]>([:])

    func count(from node: NodeID) -> Int { counts.withLock { $0[node, default: 0] } }

    func handlePayload(_ payload: InboundPayload) async {
        counts.withLock { $0[payload.source, default: 0] += 1 }
    }
}

/// Sends to one node as soon as there is a route, as fast as it can or with a pause between payloads.
private final class Sender: DaemonPlugin {
    let name = "send"
    let payloadKinds: [String] = []
    private let target: NodeID
    private let kind: String
    private let pause: Duration?
    private let count: Int

    init(target: NodeID, kind: String = "test.payload", pause: Duration?, count: Int = .max) {
        self.target = target
        self.kind = kind
        self.pause = pause
        self.count = count
    }

    func start(_ context: PluginContext) async throws {
        let events = context.peers.events()
        context.run("send") { [target, kind, pause, count] in
            for await event in events where event == .routeUp(peer: target) { break }
            for number in 0..<count {
                let payload = OutboundPayload(kind: kind, body: Array("\(number)".utf8))
                _ = try await context.control.sendWhenWritable(payload, to: target)
                if let pause { try await Task.sleep(for: pause) }
                try Task.checkCancellation()
            }
        }
    }

    func handlePayload(_ payload: InboundPayload) async {}
}

/// Never returns from its first payload.
private final class Stuck: DaemonPlugin {
    let name = "stuck"
    let payloadKinds = ["stuck.payload"]

    func handlePayload(_ payload: InboundPayload) async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
    }
}

/// Sends one payload while it is shut down.
private final class Farewell: DaemonPlugin {
    let name = "farewell"
    let payloadKinds: [String] = []
    private let target: NodeID
    private let control = Mutex<(any ControlSender)?>(nil)

    init(target: NodeID) { self.target = target }

    func start(_ context: PluginContext) async throws { control.withLock { $0 = context.control } }
    func handlePayload(_ payload: InboundPayload) async {}

    func shutdown() async {
        let payload = OutboundPayload(kind: "test.payload", body: [1])
        _ = control.withLock { $0 }?.send(payload, to: target)
    }
}

private final class Broken: DaemonPlugin {
    let name = "broken"
    let payloadKinds: [String] = []
    let failurePolicy: PluginFailurePolicy

    init(policy: PluginFailurePolicy) { failurePolicy = policy }

    func start(_ context: PluginContext) async throws { throw PIMError(.plugin, "no luck today") }
    func handlePayload(_ payload: InboundPayload) async {}
}

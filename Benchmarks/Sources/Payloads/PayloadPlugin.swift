internal import Foundation
internal import PIMCore
internal import PIMPlugin
internal import Synchronization

/// Sends payloads of 200 bytes to the same plugin on another node, or counts those that arrive, and prints what it saw.
///
/// Like a real protocol it paces itself: the receiver grants credit every ``grant`` payloads, and at most ``window`` are on
/// their way, so that a mailbox of 256 never overflows and nothing is lost.
final class PayloadPlugin: DaemonPlugin {
    static let bodySize = 200
    static let window = 240
    static let grant = 40

    let name = "bench"
    let payloadKinds = ["bench.payload", "bench.credit"]

    private let target: NodeID?
    private let count: Int
    private let context = Mutex<PluginContext?>(nil)
    private let received = Mutex<(total: Int, since: ContinuousClock.Instant)>((0, .now))
    private let credit: AsyncStream<Void>
    private let grantCredit: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - target: Whom to send to; `nil` counts what arrives.
    ///   - count: How many payloads make a run.
    init(target: NodeID?, count: Int) {
        self.target = target
        self.count = count
        (credit, grantCredit) = AsyncStream.makeStream()
    }

    func start(_ context: PluginContext) async throws {
        self.context.withLock { $0 = context }
        say("node \(context.identity.nodeID)")
        guard let target else { return }
        let events = context.peers.events()
        context.run("send") { [self] in
            for await event in events where event == .routeUp(peer: target) { break }
            try await send(to: target, by: context.control)
        }
    }

    func handlePayload(_ payload: InboundPayload) async {
        if payload.kind == "bench.credit" { return _ = grantCredit.yield() }
        let (total, since) = received.withLock { received in
            if received.total == 0 { received.since = .now }
            received.total += 1
            return received
        }
        if total.isMultiple(of: Self.grant), let context = context.withLock({ $0 }) {
            _ = context.control.send(OutboundPayload(kind: "bench.credit", body: []), to: payload.source)
        }
        if total == count { say("received \(total) \(since.duration(to: .now) / .seconds(1))") }
    }

    private func send(to target: NodeID, by control: any ControlSender) async throws {
        let payload = OutboundPayload(kind: "bench.payload", body: [UInt8](repeating: 0x5a, count: Self.bodySize))
        var grants = credit.makeAsyncIterator()
        var allowance = Self.window
        for _ in 0..<count {
            if allowance == 0 {
                await grants.next()
                allowance += Self.grant
            }
            allowance -= 1
            _ = try await control.sendWhenWritable(payload, to: target)
        }
    }

    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

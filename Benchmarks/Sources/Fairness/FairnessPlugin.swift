internal import Foundation
internal import PIMCore
internal import PIMHost
internal import PIMPlugin
internal import Synchronization

/// Sends payloads that carry the time they were sent, as fast as it can or ten a second; or takes them, and prints how long
/// the measured ones were under way. Clocks of one machine agree.
final class FairnessPlugin: DaemonPlugin {
    enum Role: String { case sink, flood, calm }

    static let count = 50
    static let pause: Duration = .milliseconds(100)

    let name = "fairness"
    let payloadKinds = ["fairness.calm", "fairness.flood"]

    private let role: Role
    private let target: NodeID?
    private let delays = Mutex<[Double]>([])

    init(role: Role, target: NodeID?) {
        self.role = role
        self.target = target
    }

    func start(_ context: PluginContext) async throws {
        say("node \(context.identity.nodeID)")
        guard let target else { return }
        let events = context.peers.events()
        context.run("send") { [role] in
            for await event in events where event == .routeUp(peer: target) { break }
            for number in 0... {
                if role == .calm {
                    if number == Self.count { return }
                    try await Task.sleep(for: Self.pause)
                }
                var body = withUnsafeBytes(of: BootClock.now().nanoseconds.bigEndian) { Array($0) }
                body += [UInt8](repeating: 0x5a, count: 192)
                let payload = OutboundPayload(kind: "fairness.\(role.rawValue)", body: body)
                _ = try await context.control.sendWhenWritable(payload, to: target)
            }
        }
    }

    func handlePayload(_ payload: InboundPayload) async {
        guard payload.kind == "fairness.calm" else { return }
        let sent = payload.body.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let delay = MonotonicTime(nanoseconds: sent).duration(to: BootClock.now()) / .milliseconds(1)
        let all = delays.withLock { delays in
            delays.append(delay)
            return delays.sorted()
        }
        if all.count == Self.count, let longest = all.last { say("delays \(all[all.count / 2]) \(longest)") }
    }

    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

internal import Foundation
internal import GRDB
internal import PIMClient
internal import PIMCore
internal import PIMRPC
internal import Synchronization

/// Messages a – r – b through one relay, three separate processes: stored on both sides, receipt sent after the commit.
///
/// A message counts when its row is read back from both databases on disk. Two figures of latency: one message at a time,
/// and the window that gives the rate.
struct MessageBenchmark {
    var binaries: String
    static let count = 20_000
    static let window = 128
    /// The daemon answers the requests of one client one after another, so a flood comes from several.
    static let clients = 3
    static let singles = 2_000

    func run() async throws -> [Figure] {
        let lab = try Lab()
        defer { lab.stop() }
        let ports = freePorts(3)
        let peers = ["r": [], "a": [ports[0]], "b": [ports[0]]]
        for (name, port) in zip(["r", "a", "b"], ports) {
            let path = try lab.configure(name, port: port, peers: peers[name] ?? [])
            try lab.start(name, executable: "\(binaries)/pim-daemon", arguments: [path, "\(lab.home(name).path)/pid"])
        }
        let deadline = ContinuousClock.now + .seconds(30)
        let receiver = try await connect(to: lab.socket("b"), by: deadline)
        let sender = try await connect(to: lab.socket("a"), by: deadline)
        let target = try await receiver.call(RPC.status).nodeID
        try await waitForRoute(to: target, at: sender, by: deadline)

        let receipts = ReceiptBoard()
        let listening = Task { await receipts.follow(sender.events) }
        defer { listening.cancel() }
        var single: [Double] = []
        for number in 0..<Self.singles {
            single.append(try await roundTrip(number, to: target, by: sender, receipts))
        }
        var clients: [ControlClient] = []
        for _ in 0..<Self.clients { clients.append(try await connect(to: lab.socket("a"), by: deadline)) }
        let begin = ContinuousClock.now
        let loaded = try await flood(to: target, by: clients, receipts)
        let seconds = begin.duration(to: .now) / .seconds(1)

        let total = Self.singles + Self.count
        let delivered = try rows(in: lab, "a", where: "direction = 'sent' AND status = 'delivered'")
        let stored = try rows(in: lab, "b", where: "direction = 'received'")
        guard delivered == total, stored == total else {
            throw BenchmarkFailure("of \(total) messages \(stored) arrived and \(delivered) were acknowledged")
        }
        return [
            Figure(
                "messages", "stored on both sides and acknowledged", Double(Self.count) / seconds, "messages/s",
                aim: "≥ 5,000"),
            Figure("messages", "receipt, one at a time, median", percentile(single, 0.5), "ms"),
            Figure("messages", "receipt, one at a time, p99", percentile(single, 0.99), "ms", aim: "< 3"),
            Figure("messages", "receipt, \(Self.window) in flight, p99", percentile(loaded, 0.99), "ms"),
        ]
    }

    private func waitForRoute(to target: NodeID, at client: ControlClient, by deadline: ContinuousClock.Instant)
        async throws
    {
        while true {
            if try await client.call(RPC.routeTable).routes.contains(where: { $0.nodeID == target }) { return }
            guard ContinuousClock.now < deadline else { throw BenchmarkFailure("no route through the relay") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func flood(
        to target: NodeID, by clients: [ControlClient], _ receipts: ReceiptBoard
    ) async throws -> [Double] {
        try await withThrowingTaskGroup(of: Double.self) { group in
            var latencies: [Double] = []
            for number in 0..<Self.count {
                if number >= Self.window, let latency = try await group.next() { latencies.append(latency) }
                let client = clients[number % clients.count]
                group.addTask { try await roundTrip(number, to: target, by: client, receipts) }
            }
            for try await latency in group { latencies.append(latency) }
            return latencies
        }
    }

    /// Milliseconds from the call to the receipt.
    private func roundTrip(
        _ number: Int, to target: NodeID, by client: ControlClient, _ receipts: ReceiptBoard
    ) async throws -> Double {
        let begin = ContinuousClock.now
        let parameters = SendMessageParameters(peer: target, body: "message number \(number)")
        let sent = try await client.call(Self.send, parameters, timeout: .seconds(60))
        await receipts.wait(for: sent.id)
        return begin.duration(to: .now) / .milliseconds(1)
    }

    private static let send = RPCMethod<SendMessageParameters, SendMessageResult>("messages.send", summary: "")

    private func rows(in lab: Lab, _ name: String, where condition: String) throws -> Int {
        let path = lab.home(name).appendingPathComponent("plugins/messaging/messages.db").path
        let database = try DatabaseQueue(path: path)
        return try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM messages WHERE \(condition)") ?? 0 }
    }
}

/// Which messages were acknowledged, and who waits for which. A receipt may overtake the answer to its send.
private final class ReceiptBoard: Sendable {
    private struct State {
        var arrived: Set<MessageID> = []
        var waiting: [MessageID: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    func follow(_ events: AsyncStream<ControlEvent>) async {
        for await event in events {
            guard event.belongs(to: .messages),
                case .status(let change)? = try? event.decode(as: MessageEvent.self), change.newStatus == .delivered
            else { continue }
            arrived(change.messageID)
        }
    }

    func wait(for id: MessageID) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrived.remove(id) != nil { return true }
                state.waiting[id] = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func arrived(_ id: MessageID) {
        let continuation = state.withLock { state in
            let continuation = state.waiting.removeValue(forKey: id)
            if continuation == nil { state.arrived.insert(id) }
            return continuation
        }
        continuation?.resume()
    }
}

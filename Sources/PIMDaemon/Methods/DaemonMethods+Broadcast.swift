internal import PIMCore
internal import PIMNode
internal import PIMRPC

/// How this node makes itself known (`spec/rpc.md` §5.2).
extension DaemonMethods {
    /// `peers.broadcast_identity_now`
    func broadcastIdentity() async throws -> BroadcastResult {
        let last = try await mesh.broadcastIdentity().last
        return BroadcastResult(
            recipients: last?.recipients ?? 0, sentAtMilliseconds: Int64(clamping: last?.unixMilliseconds ?? 0))
    }

    /// `peers.get_broadcast_state`
    func broadcastState() async throws -> BroadcastState {
        let status = try await mesh.state().broadcast
        return BroadcastState(
            outgoingIntervalSeconds: status.policy.interval.map { UInt64(clamping: $0.components.seconds) },
            watchIncoming: status.policy.announcesRouted,
            minimumPeerIntervalSeconds: UInt64(clamping: status.policy.shortestPeerInterval.components.seconds),
            lastBroadcastMilliseconds: status.last.map { Int64(clamping: $0.unixMilliseconds) },
            lastRecipientCount: status.last.map { UInt64(clamping: $0.recipients) })
    }

    /// `peers.set_broadcast_config`: at once, and in the file without touching the rest of it.
    func setBroadcast(_ parameters: SetBroadcastParameters) async throws -> BroadcastState {
        let method = "peers.set_broadcast_config"
        func key(_ name: String) -> [String] { ["messaging", "broadcast", name] }
        var changes: [(key: [String], value: TOMLLiteral?)] = []
        switch parameters.outgoingInterval {
        case .unchanged: break
        case .off: changes.append((key("outgoing_interval_s"), nil))
        case .seconds(let seconds):
            guard seconds >= PIMConfiguration.Broadcast.minimumIntervalSeconds else {
                throw RPCError(
                    .broadcastIntervalTooSmall,
                    "\(method): “outgoing_interval_s” is at least \(PIMConfiguration.Broadcast.minimumIntervalSeconds)")
            }
            changes.append((key("outgoing_interval_s"), .integer(try Self.number(seconds, method))))
        }
        if let watch = parameters.watchIncoming { changes.append((key("watch_incoming"), .boolean(watch))) }
        if let seconds = parameters.minimumPeerIntervalSeconds {
            guard seconds > 0 else { throw RPCError(.invalidParams, "\(method): “min_peer_interval_s” is at least 1") }
            changes.append((key("min_peer_interval_s"), .integer(try Self.number(seconds, method))))
        }
        try await set(changes, method)
        return try await broadcastState()
    }

    /// A TOML integer.
    private static func number(_ seconds: UInt64, _ method: String) throws(RPCError) -> Int64 {
        guard let number = Int64(exactly: seconds) else {
            throw RPCError(.invalidParams, "\(method): \(seconds) is too large")
        }
        return number
    }
}

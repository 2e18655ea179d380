internal import PIMCore
internal import PIMHost
internal import PIMRPC
internal import ServiceLifecycle

/// A session that came or went.
struct SessionChange: Sendable {
    var peer: NodeID
    /// `nil`: it stands.
    var reason: LinkCloseReason?
}

/// Publishes `peers.event` for sessions that come and go (`spec/rpc.md` §6.4).
struct SessionEventService: Service {
    let changes: AsyncStream<SessionChange>
    let methods: DaemonMethods
    let events: EventHub

    func run() async throws {
        for await change in changes.cancelOnGracefulShutdown() {
            guard let summary = try? await methods.summary(of: change.peer) else { continue }
            let at = RPCTimestamp.milliseconds(unix: Int64(clamping: WallClock.unixMilliseconds))
            events.publish(
                .peers,
                PeersEvent(
                    change.reason == nil ? .connected : .disconnected, .neighbour(summary), at: at,
                    reason: change.reason?.rawValue))
        }
    }
}

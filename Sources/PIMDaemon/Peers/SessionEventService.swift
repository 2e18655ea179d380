internal import PIMCore
internal import PIMNode
internal import PIMRPC
internal import ServiceLifecycle

/// A session that came or went.
struct SessionChange: Sendable {
    var peer: NodeID
    /// `nil`: it stands.
    var reason: LinkCloseReason?
}

/// Publishes `peers.event` for sessions that come and go (`spec/rpc.md` §6.4). Whoever was dialled for once is not dialled
/// again.
struct SessionEventService: Service {
    let mesh: Mesh
    let methods: DaemonMethods
    let events: EventHub

    func run() async throws {
        for await change in mesh.sessionChanges.cancelOnGracefulShutdown() {
            if change.reason != nil { mesh.stopDialling { $0.node == change.peer } }
            guard let summary = try? await methods.summary(of: change.peer) else { continue }
            let at = RPCTimestamp.now
            events.publish(
                .peers,
                PeersEvent(
                    change.reason == nil ? .connected : .disconnected, .neighbour(summary), at: at,
                    reason: change.reason?.rawValue))
        }
    }
}

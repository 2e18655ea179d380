internal import PIMCore
internal import PIMHost
internal import PIMPlugin
internal import PIMRPC
internal import ServiceLifecycle

/// Tells control-socket clients what the directory learns: `peer_seen` on `messages.event`, with or without the messaging
/// plugin (`design/decisions.md` 4), and `key_conflict` on `peers.event` (`design/extensions.md` §3).
struct DirectoryEventService: Service {
    let directory: PeerEventHub
    let methods: DaemonMethods
    let events: EventHub

    func run() async throws {
        for await event in directory.subscribe().cancelOnGracefulShutdown() {
            switch event {
            case .seen(let peer, _, let name, let arrival):
                publish(peer, name: name, isKeyKnown: true, via: arrival)
            case .forgotten(let peer):
                publish(peer, name: "", isKeyKnown: false, via: .direct)
            case .resync:
                events.publish(.messages, MessageEvent.resync)
            case .keyConflict(let peer, let kept, let refused):
                guard let summary = try? await methods.summary(of: peer) else { continue }
                events.publish(
                    .peers,
                    PeersEvent(
                        .keyConflict, .neighbour(summary),
                        at: RPCTimestamp.now,
                        reason: "another key came in the peer's name than the known one", kept: kept, refused: refused))
            case .connected, .disconnected, .routeUp, .routeDown:
                break
            }
        }
    }

    private func publish(_ peer: NodeID, name: String, isKeyKnown: Bool, via arrival: PayloadArrival) {
        events.publish(
            .messages,
            MessageEvent.peerSeen(
                .init(
                    peerNodeID: peer, name: name, isKeyKnown: isKeyKnown, via: arrival == .direct ? .direct : .routed)))
    }
}

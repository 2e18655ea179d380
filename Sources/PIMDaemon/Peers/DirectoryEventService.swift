internal import PIMCore
internal import PIMPlugin
internal import PIMRPC
internal import ServiceLifecycle

/// Tells control-socket clients what the directory learns: `peer_seen` on `messages.event`, with or without the messaging
/// plugin (`design/decisions.md` 4).
struct DirectoryEventService: Service {
    let directory: PeerEventHub
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
            case .connected, .disconnected, .keyConflict, .routeUp, .routeDown:
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

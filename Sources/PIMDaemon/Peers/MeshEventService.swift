internal import PIMCore
internal import PIMNode
internal import PIMRPC
internal import ServiceLifecycle

/// Something about the mesh that clients are told of, beside sessions.
enum MeshChange: Sendable {
    /// Payloads to the node have somewhere to go now, or no longer.
    case routeUp(NodeID)
    case routeDown(NodeID)
    /// Where new flows leave the mesh from now on.
    case gateway(NodeID?)
    case interfaceLost
}

/// Publishes what becomes of nodes behind others on `peers.event`, and of the gateway and the interface on `status.event`
/// (`spec/rpc.md` §6.1, §6.4).
struct MeshEventService: Service {
    let mesh: Mesh
    let methods: DaemonMethods
    let events: EventHub

    func run() async throws {
        for await change in mesh.changes.cancelOnGracefulShutdown() {
            switch change {
            case .routeUp(let node): await relayed(node, isReachable: true)
            case .routeDown(let node): await relayed(node, isReachable: false)
            case .gateway(let node?):
                events.publish(
                    .status,
                    StatusEvent(.gatewaySelected, at: RPCTimestamp.now, detail: ["node_id": .string("\(node)")]))
            case .gateway(nil): events.publish(.status, StatusEvent(.gatewayLost, at: RPCTimestamp.now))
            case .interfaceLost: events.publish(.status, StatusEvent(.interfaceDown, at: RPCTimestamp.now))
            }
        }
    }

    /// Of a neighbour the event of its session tells enough.
    private func relayed(_ node: NodeID, isReachable: Bool) async {
        guard events.isWanted(.peers), let state = try? await mesh.state(),
            !state.peers.contains(where: { $0.node == node })
        else { return }
        let present = methods.everyone(in: state).first { $0.nodeID == node }
        if isReachable {
            guard let present else { return }
            events.publish(.peers, PeersEvent(.stateChanged, .neighbour(present), at: RPCTimestamp.now))
        } else {
            let gone = present ?? methods.blankSummary(of: node, label: nil)
            events.publish(
                .peers, PeersEvent(.disconnected, .neighbour(gone), at: RPCTimestamp.now, reason: "no route any more"))
        }
    }
}

internal import PIMCore
internal import PIMNode
internal import PIMRPC
internal import ServiceLifecycle
internal import Synchronization

/// Something about the mesh that clients are told of, beside sessions.
enum MeshChange: Sendable {
    /// Payloads to the node have somewhere to go now, or no longer.
    case routeUp(NodeID)
    case routeDown(NodeID)
    /// Where new flows leave the mesh from now on.
    case gateway(NodeID?)
}

/// Publishes what becomes of nodes behind others on `peers.event`, and of the gateway on `status.event` (`spec/rpc.md` §6.1,
/// §6.4).
///
/// Routes can change by the thousand. They are gathered for a moment and looked up together; of a node that came and went
/// meanwhile the last word counts.
struct MeshEventService: Service {
    let mesh: Mesh
    let methods: DaemonMethods
    let events: EventHub

    init(mesh: Mesh, methods: DaemonMethods, events: EventHub) {
        self.mesh = mesh
        self.methods = methods
        self.events = events
    }

    private static let gathering = Duration.milliseconds(50)
    private let gathered = GatheredNodes()

    func run() async throws {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup { group in
            group.addTask {
                for await change in mesh.changes.cancelOnGracefulShutdown() {
                    switch change {
                    case .routeUp(let node), .routeDown(let node):
                        guard events.isWanted(.peers) else { continue }
                        gathered.add(node)
                        signal.yield()
                    case .gateway(let node): publish(gateway: node)
                    }
                }
                signal.finish()
            }
            group.addTask {
                for await _ in signals {
                    try? await Task.sleep(for: Self.gathering)
                    await publish(routesOf: gathered.take())
                }
            }
        }
    }

    private func publish(gateway node: NodeID?) {
        guard let node else {
            return events.publish(.status, StatusEvent(.gatewayLost, at: RPCTimestamp.now))
        }
        events.publish(
            .status, StatusEvent(.gatewaySelected, at: RPCTimestamp.now, detail: ["node_id": .string("\(node)")]))
    }

    /// Of a neighbour the event of its session tells enough.
    private func publish(routesOf nodes: Set<NodeID>) async {
        guard let state = try? await mesh.state() else { return }
        let neighbours = Set(state.peers.map(\.node))
        let present = Dictionary(
            methods.everyone(in: state).compactMap { peer in peer.nodeID.map { ($0, peer) } },
            uniquingKeysWith: { first, _ in first })
        for node in nodes.subtracting(neighbours).sorted() {
            if let peer = present[node], peer.state == .relayed {
                events.publish(.peers, PeersEvent(.stateChanged, .neighbour(peer), at: RPCTimestamp.now))
            } else if !state.routes.contains(where: { $0.destination == node }) {
                let gone = present[node] ?? methods.blankSummary(of: node, label: nil)
                events.publish(
                    .peers,
                    PeersEvent(.disconnected, .neighbour(gone), at: RPCTimestamp.now, reason: "no route any more"))
            }
        }
    }
}

/// Nodes something changed about since they were last looked up.
private final class GatheredNodes: Sendable {
    private let nodes = Mutex<Set<NodeID>>([])

    func add(_ node: NodeID) { nodes.withLock { _ = $0.insert(node) } }

    func take() -> Set<NodeID> {
        nodes.withLock { nodes in
            defer { nodes = [] }
            return nodes
        }
    }
}

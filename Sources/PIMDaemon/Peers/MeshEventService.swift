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
    /// A session ended, which is told by itself.
    case parted(NodeID)
    /// Where new flows leave the mesh from now on.
    case gateway(NodeID?)
}

/// Publishes what becomes of nodes behind others and what changes about listed peers on `peers.event`, and what becomes of the
/// gateway on `status.event` (`spec/rpc.md` §6.1, §6.4).
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
    /// How often the lists are compared with what clients know of them.
    private static let comparing = Duration.seconds(1)
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
                    case .parted(let node): gathered.addParted(node)
                    case .gateway(let node): publish(gateway: node)
                    }
                }
                signal.finish()
            }
            group.addTask {
                for await _ in signals {
                    try? await Task.sleep(for: Self.gathering)
                    let (nodes, parted) = gathered.take()
                    await publish(routesOf: nodes, butPartedFrom: parted)
                }
            }
            group.addTask { await cancelWhenGracefulShutdown { await compare() } }
        }
    }

    private func publish(gateway node: NodeID?) {
        guard let node else {
            return events.publish(.status, StatusEvent(.gatewayLost, at: RPCTimestamp.now))
        }
        events.publish(
            .status, StatusEvent(.gatewaySelected, at: RPCTimestamp.now, detail: ["node_id": .string("\(node)")]))
    }

    /// Tells what changed about neighbours and configured peers while somebody listens.
    private func compare() async {
        var listed = ListedPeers()
        while (try? await Task.sleep(for: Self.comparing)) != nil {
            guard events.isWanted(.peers) else {
                listed.forget()
                continue
            }
            guard let state = try? await mesh.state() else { continue }
            for change in listed.update(to: methods.summaries(of: state)) {
                switch change {
                case .changed(let peer):
                    events.publish(.peers, PeersEvent(.stateChanged, .neighbour(peer), at: RPCTimestamp.now))
                case .removed(let peer):
                    events.publish(
                        .peers,
                        PeersEvent(
                            .disconnected, .neighbour(peer), at: RPCTimestamp.now,
                            reason: "no session, and not dialled any more"))
                }
            }
        }
    }

    /// Of a neighbour the event of its session tells enough.
    private func publish(routesOf nodes: Set<NodeID>, butPartedFrom parted: Set<NodeID>) async {
        guard let state = try? await mesh.state() else { return }
        let configured = methods.configuredNodes(in: state)
        let neighbours = Set(state.peers.map(\.node))
        let present = Dictionary(
            methods.everyone(in: state).compactMap { peer in peer.nodeID.map { ($0, peer) } },
            uniquingKeysWith: { first, _ in first })
        for node in nodes.subtracting(neighbours).sorted() {
            if let peer = present[node], peer.state == .relayed {
                events.publish(.peers, PeersEvent(.stateChanged, .neighbour(peer), at: RPCTimestamp.now))
            } else if !parted.contains(node), !state.routes.contains(where: { $0.destination == node }) {
                let gone = present[node] ?? methods.blankSummary(of: node, label: configured.label(of: node))
                events.publish(
                    .peers,
                    PeersEvent(.disconnected, .neighbour(gone), at: RPCTimestamp.now, reason: "no route any more"))
            }
        }
    }
}

/// Nodes something changed about since they were last looked up, and those whose sessions ended meanwhile.
private final class GatheredNodes: Sendable {
    private let state = Mutex<(nodes: Set<NodeID>, parted: Set<NodeID>)>(([], []))

    func add(_ node: NodeID) { state.withLock { _ = $0.nodes.insert(node) } }

    func addParted(_ node: NodeID) { state.withLock { _ = $0.parted.insert(node) } }

    func take() -> (nodes: Set<NodeID>, parted: Set<NodeID>) {
        state.withLock { state in
            defer { state = ([], []) }
            return state
        }
    }
}

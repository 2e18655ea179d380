internal import PIMCore
internal import PIMPlugin
internal import PIMPluginHost
internal import ServiceLifecycle

/// Peers that left the directory without anybody asking, on their way to the plugins: rows that made room for others,
/// and those that aged out.
///
/// Bounded by the directory itself, which never has more rows to lose than it holds.
struct ForgottenPeers: Sendable {
    private let peers: AsyncStream<NodeID>
    private let queue: AsyncStream<NodeID>.Continuation

    init() {
        (peers, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(PeerKeystore.defaultLimit))
    }

    func report(_ peer: NodeID) {
        queue.yield(peer)
    }

    /// Tells plugins about each; what they store about the peer stays (`design/decisions.md` 2).
    func tell(_ host: PluginHost) async {
        for await peer in peers.cancelOnGracefulShutdown() {
            _ = await host.forget(PeerForgotten(peer: peer, cause: .expired, keepData: true))
        }
    }
}

/// Tells plugins about rows that left the directory by themselves.
struct ForgetService: Service {
    let forgotten: ForgottenPeers
    let host: PluginHost

    func run() async throws {
        await forgotten.tell(host)
    }
}

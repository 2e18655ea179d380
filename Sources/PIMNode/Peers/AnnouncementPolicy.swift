/// The `[messaging.broadcast]` section: how often this node tells the mesh its key, and how it takes the keys of others
/// (`spec/daemon.md` §10).
public struct AnnouncementPolicy: Sendable, Hashable {
    /// Shortest period of the broadcast timer.
    public static let shortestInterval = Duration.seconds(30)

    /// `outgoing_interval_s`: period of the broadcast to every reachable node, raised to 30 s; `nil` for none.
    public var interval: Duration?
    /// `watch_incoming`: whether a routed PeerInfo is announced as a peer that was seen.
    public var announcesRouted: Bool
    /// `min_peer_interval_s`: a source that repeats itself sooner is not listened to.
    public var shortestPeerInterval: Duration

    public init(
        interval: Duration? = nil, announcesRouted: Bool = true, shortestPeerInterval: Duration = .seconds(60)
    ) {
        self.interval = interval.map { max($0, Self.shortestInterval) }
        self.announcesRouted = announcesRouted
        self.shortestPeerInterval = shortestPeerInterval
    }
}

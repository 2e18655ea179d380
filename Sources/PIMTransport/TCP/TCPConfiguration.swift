/// Limits and times of TCP links (`spec/transport.md` §12).
public struct TCPConfiguration: Sendable, Hashable {
    /// What every link obeys.
    public var link = LinkConfiguration()
    /// How long a dial may take, from resolving the name to the connection (`transport.connect_timeout_ms`).
    public var connectTimeout: Duration = .seconds(3)
    /// Accepted connections that are not authenticated, in all; the oldest of the most crowded address makes room.
    public var strangers = 512
    /// The same from one IPv4 address or one IPv6 /64; of more than these the oldest makes room, ten times a second.
    public var strangersPerAddress = 32
    /// How long sent bytes may stay unacknowledged before the connection is given up.
    public var sendTimeout: Duration = .seconds(20)
    /// What every socket is marked with (Linux: SO_MARK), so that routing rules can tell this daemon's traffic from what it
    /// carries (`spec/host-network.md` §10.1). Needs CAP_NET_ADMIN; without it sockets stay unmarked.
    public var mark: UInt32?

    public init() {}
}

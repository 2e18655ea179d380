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

    public init() {}
}

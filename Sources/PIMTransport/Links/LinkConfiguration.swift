/// Limits and times of one link, the same over TCP and in memory.
public struct LinkConfiguration: Sendable, Hashable {
    /// Bytes of frames the control lane holds before it refuses.
    public var controlCapacity = 1 << 20
    /// Bytes of this node's own frames the data lane holds before it refuses.
    public var dataCapacity = 4 << 20
    /// Bytes of frames of packets that flows of this node share; one that has its share queued loses what comes, early
    /// enough for its sender to notice before others wait.
    public var packetCapacity = 2 << 20
    /// Bytes of relayed frames it holds besides; the longest queue makes room.
    public var relayCapacity = 2 << 20
    /// Any number others do not know: it keeps them from choosing pairs of nodes that share a queue.
    public var flowSeed: UInt64 = 0
    /// Whether links that are not sealed get no more frames a second than a reference node takes.
    public var pacesReferenceLinks = false
    /// The largest message looked at before a session stands, bytes (`spec/transport.md` §12.3). Larger ones are skipped
    /// unread, since reference nodes send their route updates to everybody.
    public var strangerMessageLimit = 1024
    /// Messages a link may receive before it is authenticated.
    public var strangerMessages = 64
    /// How long an accepted connection may take to say who it is (`spec/transport.md` §12.2).
    public var preambleDeadline: Duration = .seconds(5)
    /// How long a link may take to be authenticated (`spec/transport.md` §12.2).
    public var handshakeDeadline: Duration = .seconds(15)
    /// How long a closing link tries to get its last frames out and to see the other end close.
    public var linger: Duration = .seconds(1)
    /// Bytes sealed and written in one turn of the loop, so that one link does not keep the others waiting.
    public var batchBytes = 256 << 10

    public init() {}
}

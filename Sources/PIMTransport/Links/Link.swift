public import PIMCore
public import PIMCrypto
public import PIMWire

/// One connection to a neighbour, over TCP or in memory: frames in order both ways, sealed where they are mesh frames.
///
/// Everything is confined to the loop (or, in simulations, the one thread) the link was made on, and asserts it. Frames
/// of the control lane, and of the data lane those between the same two nodes, leave in the order they were sent; the
/// control lane overtakes the data lane. A link never calls its
/// observer from inside one of these methods.
public protocol Link: AnyObject {
    /// Never reused while the process runs.
    var id: LinkID { get }
    /// Who opened it.
    var direction: LinkDirection { get }
    /// `address:port` of the other end, for people.
    var remoteAddress: String { get }
    /// The same of this end; `nil` where nobody knows.
    var localAddress: String? { get }
    /// Whether a session was installed: mesh and clear frames are accepted and mesh frames can be sent.
    var hasSession: Bool { get }
    /// Whether every frame but handshakes is sealed (`design/extensions.md` §2).
    var isSealed: Bool { get }
    /// What went over it so far.
    var counters: LinkCounters { get }
    /// Bytes accepted by `send` that were not given to the network yet.
    var queuedBytes: Int { get }

    /// Queues a frame; it leaves soon, together with everything else that is sent in this turn of the loop.
    ///
    /// - Parameter ingress: The link a relayed frame came in on; `nil` for one of this node. Ways in share the data lane
    ///   fairly, and so do the pairs of nodes on each.
    func send(_ frame: OutboundFrame, lane: Lane, from ingress: LinkID?) -> LinkSendResult

    /// Bytes of the largest frame of several packets, or of a super-packet: what the link moves in about 20 ms
    /// (`design/extensions.md` §5).
    var frameLimit: Int { get }

    /// Whether a flow of packets from this node has less than its share of the data lane waiting. What has more is better
    /// not sent at all: its sender shall notice.
    func hasRoom(for bytes: Int, header: MeshHeader, flow: UInt64) -> Bool

    /// From here on mesh frames are sealed with this session, and opened with it.
    ///
    /// What the control lane holds already is sealed with the session it replaces; the data lane is sealed with the new
    /// one. The replaced session still opens, until a frame opened under the new one or `previousLifetime` is over.
    ///
    /// - Parameter isSealed: Whether it seals frames of every type but Handshake, which both ends have announced. The same
    ///   for all sessions of a link.
    /// - Throws: `CryptoError` for a prefix the key does not allow; the link is then as it was.
    func installSession(
        _ key: SessionKey, noncePrefix: UInt64, previousLifetime: Duration, isSealed: Bool
    ) throws(CryptoError)

    /// Proposes a session in place of the present one, of the same kind, after a renewal that the peer has not confirmed.
    ///
    /// Frames are sealed with it for `trial`, or until another one is proposed; then with the present one again. The first
    /// frame that opens under a proposed session makes it the session of the link, and the observer is told. Those that
    /// nothing opened under are forgotten after `lifetime`.
    ///
    /// - Throws: `CryptoError` for a prefix the key does not allow; the link is then as it was.
    func proposeSession(
        _ key: SessionKey, noncePrefix: UInt64, trial: Duration, lifetime: Duration
    ) throws(CryptoError)

    /// Lifts the limits for strangers (deadline of the handshake, share of the connections) before a session stands. The
    /// first session does it too.
    func markAuthenticated()

    /// Reads nothing for so long, so that what the peer sends waits at its end. A link in memory reads on.
    func rest(for pause: Duration)

    /// Writes what is queued, then closes; gives up on writing after `LinkConfiguration.linger`. Frames that arrive from
    /// now on are dropped. `linkClosed` follows in a later turn. Closing twice is harmless, the first reason stays.
    func close(_ reason: LinkCloseReason)
}

extension Link {
    /// Queues a frame of this node.
    public func send(_ frame: OutboundFrame, lane: Lane) -> LinkSendResult {
        send(frame, lane: lane, from: nil)
    }
}

import NIOCore
public import PIMCore
public import PIMCrypto
import PIMWire

/// Preamble, framing, sessions and send queues of one link, without I/O: received bytes in, frames out, frames in,
/// bytes to write out. TCP links and links in memory use it alike (`spec/wire.md` §2, §5, §6, §9; `spec/crypto.md` §6).
///
/// Pull-based, so that the owner can install a session between two frames of one read: `append` bytes, then call
/// `next()` until it returns `nil`. Not for more than one owner: a session's counters would be shared by copies.
public struct LinkCodec {
    /// Which end this is.
    public enum Role: Sendable, Hashable {
        /// Sends the preamble.
        case dialer
        /// Reads the preamble.
        case acceptor
    }

    /// What `next()` finds.
    public enum Event: Sendable {
        /// The NodeID the dialer claims; the first event of an acceptor.
        case preamble(NodeID)
        case frame(LinkFrame)
    }

    public let configuration: LinkConfiguration
    public internal(set) var counters = LinkCounters()

    var inbound: InboundStream
    var outbound: OutboundQueue
    var sessions = LinkSessions()
    var awaitsPreamble: Bool
    /// Whether the limits for strangers are lifted.
    var isAuthenticated = false

    public init(role: Role, configuration: LinkConfiguration = LinkConfiguration()) {
        self.init(role: role, configuration: configuration, pool: nil)
    }

    init(role: Role, configuration: LinkConfiguration, pool: ChunkPool?) {
        self.configuration = configuration
        awaitsPreamble = role == .acceptor
        inbound = InboundStream(pool: pool)
        outbound = OutboundQueue(configuration: configuration, pool: pool)
    }

    /// Whether a session was installed.
    public var hasSession: Bool { sessions.isInstalled }

    /// Whether every frame but handshakes is sealed.
    public var isSealed: Bool { sessions.isSealed }

    /// Whether the session before the present one still opens frames.
    public var hasPreviousSession: Bool { sessions.hasPrevious }

    /// Lifts the limit on messages from strangers.
    public mutating func markAuthenticated() {
        isAuthenticated = true
    }

    /// Seals and opens with this session from now on. The control lane's present content is sealed with the old one
    /// first: it precedes the handshake message that makes the peer switch.
    ///
    /// - Throws: `CryptoError`; nothing has changed then.
    public mutating func installSession(
        _ key: SessionKey, noncePrefix: UInt64, keepingPrevious: Bool, isSealed: Bool = false
    ) throws(CryptoError) {
        let session = try LinkSession(key: key, noncePrefix: noncePrefix, sealsEverything: isSealed)
        if sessions.isInstalled { try outbound.sealControlLane(with: sessions) }
        sessions.install(session, ownPrefix: noncePrefix, keepingPrevious: keepingPrevious)
        isAuthenticated = true
        if !isSealed, configuration.pacesReferenceLinks { outbound.startPacing() }
    }

    /// Seals with this session from now on and opens with it, and keeps the present one until a frame has opened under
    /// the new one. Only for a link with a session; the new one seals the same types. With a second proposal frames are
    /// sealed with the proven session again, as one of the two leads nowhere.
    ///
    /// - Throws: `CryptoError`; nothing has changed then.
    public mutating func proposeSession(_ key: SessionKey, noncePrefix: UInt64) throws(CryptoError) {
        let session = try LinkSession(key: key, noncePrefix: noncePrefix, sealsEverything: sessions.isSealed)
        try outbound.sealControlLane(with: sessions)
        sessions.propose(session, ownPrefix: noncePrefix)
    }

    /// Seals with the session that is proven again; proposed ones still open.
    public mutating func distrustProposals() {
        sessions.distrustProposals()
    }

    /// Forgets the sessions under which nothing opened.
    public mutating func dropProposals() {
        sessions.dropProposals()
    }

    /// The own nonce prefix of the session under which the first frame opened since the last call.
    public mutating func takeProven() -> UInt64? { sessions.takeProven() }

    /// Stops opening frames of the session before the present one.
    public mutating func dropPreviousSession() {
        sessions.dropPrevious()
    }
}

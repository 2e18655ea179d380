/// The bounds on what strangers and peers can make the control plane hold.
public struct ControlLimits: Sendable, Hashable {
    /// Links with a session or dialled by this node; a link accepted above this is closed at once.
    public var links = 1024
    /// Accepted links with an unfinished handshake, in total.
    public var strangers = 512
    /// The same from one IPv4 address or one IPv6 /64. Loopback counts as one address, and so do all nodes behind one
    /// translator.
    public var strangersPerAddress = 32
    /// Handshakes of strangers answered per second, a fiftieth of it at once: the bound on public-key work for them.
    /// Addresses take turns.
    public var handshakesPerSecond = 200.0
    /// Frames under one session key at which the end that dialled renews it, the other end an eighth later
    /// (`design/extensions.md` §7); the hard end is at 2³² − 2 (`spec/crypto.md` §6.3).
    public var framesPerSession: UInt64 = 1 << 31

    public init() {}
}

/// The bounds on what strangers and peers can make the control plane hold.
public struct ControlLimits: Sendable, Hashable {
    /// Links of all kinds; an accepted one above this is closed at once.
    public var links = 1024
    /// Accepted links with an unfinished handshake, in total.
    public var strangers = 64
    /// The same from one address. Loopback counts as one address, and so do all nodes behind one translator.
    public var strangersPerAddress = 16
    /// Handshakes answered per second, after a burst of twice as many: the bound on public-key work for strangers. One
    /// address gets half of it at most.
    public var handshakesPerSecond = 100.0
    /// Frames under one session key at which the end that dialled renews it, the other end an eighth later
    /// (`design/extensions.md` §7); the hard end is at 2³² − 2 (`spec/crypto.md` §6.3).
    public var framesPerSession: UInt64 = 1 << 31

    public init() {}
}

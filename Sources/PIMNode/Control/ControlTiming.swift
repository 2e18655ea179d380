/// The clocks of the control plane. Tests shorten them; daemons use the standard.
public struct ControlTiming: Sendable, Hashable {
    /// For every handshake message that is awaited (`spec/wire.md` §15).
    public var handshake: Duration = .seconds(10)
    /// For the first proof that the responder accepted our session (`spec/daemon.md` §26.14).
    public var confirmation: Duration = .seconds(12)
    /// The same on a sealed link, for any frame that opens (`design/extensions.md` §2, §7).
    public var sealedConfirmation: Duration = .seconds(10)
    /// Period of heartbeats; each is sent up to a fifth early (`spec/routing.md` §13 I-10).
    public var heartbeat: Duration = .seconds(5)
    /// A peer not heard of for longer is gone.
    public var silence: Duration = .seconds(15)
    /// Period of full route updates.
    public var advertisement: Duration = .seconds(5)
    /// Least time between two route updates that news triggers.
    public var advertisementSpacing: Duration = .milliseconds(200)
    /// An accepted route update is worth this long (`routing.route_expiry_s`).
    public var routeExpiry: Duration = .seconds(30)
    /// How long a lost destination waits before it takes just any offer.
    public var holdDown: Duration = .milliseconds(800)
    /// Period of the round-trip probes to neighbouring gateways.
    public var probe: Duration = .seconds(10)
    /// Age at which the initiator renews a session key; the responder does half as much later if nobody did.
    public var renewal: Duration = .seconds(3600)
    /// How long a replaced session key still opens frames.
    public var previousSession: Duration = .seconds(10)
    /// The delay before the second attempt to dial; it doubles with every further one.
    public var firstRedial: Duration = .seconds(1)
    public var longestRedial: Duration = .seconds(60)
    /// Two links to one peer that came up within this time of each other were dialled at the same time by both ends.
    public var simultaneousDial: Duration = .seconds(10)

    public init() {}
}

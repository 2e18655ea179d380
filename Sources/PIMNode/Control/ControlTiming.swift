/// The clocks of the control plane. Tests shorten them; daemons use the standard.
public struct ControlTiming: Sendable, Hashable {
    /// For every handshake message that is awaited (`spec/wire.md` §15).
    public var handshake: Duration = .seconds(10)
    /// For the first proof that the responder accepted our session (`spec/daemon.md` §26.14).
    public var confirmation: Duration = .seconds(12)
    /// The same on a sealed link, for any frame that opens (`design/extensions.md` §2, §7).
    public var sealedConfirmation: Duration = .seconds(10)
    /// Period of heartbeats on reference links; each is sent up to a fifth early (`spec/routing.md` §13 I-10).
    public var heartbeat: Duration = .seconds(5)
    /// The same on sealed links, whose other end sends as many.
    public var sealedHeartbeat: Duration = .seconds(1)
    /// A link that was silent for longer is closed.
    public var silence: Duration = .seconds(15)
    /// A sealed link that was silent for longer carries nothing until it is heard again; its session is kept until
    /// `silence`, so that a pause does not cost a handshake.
    public var stall: Duration = .seconds(4.5)
    /// A sealed link that was silent for longer gives way to another one to the same peer that was not.
    public var hush: Duration = .seconds(2.2)
    /// A link that was silent for so long no longer keeps its target from being dialled again.
    public var stalledRedial: Duration = .seconds(10)
    /// How long a link may take to give a sign of life after the network changed or this node slept.
    public var probation: Duration = .seconds(2)
    /// A tick that comes so much later than it was due: the machine or the process was suspended meanwhile.
    public var suspension: Duration = .seconds(2)
    /// How long one of two links to a peer carries before a faster one takes its place.
    public var roaming: Duration = .seconds(10)
    /// A session that stood for so long ends the back-off of its target.
    public var standing: Duration = .seconds(10)
    /// Period of full route updates.
    public var advertisement: Duration = .seconds(5)
    /// Least time between two route updates that news triggers.
    public var advertisementSpacing: Duration = .milliseconds(200)
    /// An accepted route update is worth this long (`routing.route_expiry_s`).
    public var routeExpiry: Duration = .seconds(30)
    /// How long a lost destination waits before it takes just any offer.
    public var holdDown: Duration = .milliseconds(800)
    /// Period of the round-trip probes to neighbours.
    public var probe: Duration = .seconds(10)
    /// Age at which the end that dialled renews a session key (`design/extensions.md` §7).
    public var renewal: Duration = .seconds(3600)
    /// How much later the other end does, if nobody did.
    public var renewalGrace: Duration = .seconds(600)
    /// How long nothing is read from a neighbour that sends more frames than it may.
    public var rest: Duration = .milliseconds(100)
    /// How long a replaced session key still opens frames.
    public var previousSession: Duration = .seconds(10)
    /// How long a renewal by this end is sealed with before a frame has opened under it. Below `stall`, so that a recorded
    /// Response does not cost the link.
    public var sessionTrial: Duration = .seconds(2)
    /// The delay before the second attempt to dial; it doubles with every further one.
    public var firstRedial: Duration = .seconds(1)
    public var longestRedial: Duration = .seconds(60)
    /// Two links to one peer that came up within this time of each other were dialled at the same time by both ends.
    public var simultaneousDial: Duration = .seconds(10)

    public init() {}
}

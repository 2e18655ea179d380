public import PIMCore

/// Two links joined in memory, with the codec, lanes, limits and deadlines of TCP links: what one sends, the other
/// receives, in order and byte for byte as on a socket.
///
/// For simulations: everything happens on the caller's thread, inside the closures it was given to run, so virtual time
/// and a seeded order make runs repeatable. The pair owns both ends and has to be kept as long as they are used.
public final class MemoryLinkPair {
    /// Runs work after a delay of virtual time. Work of the same instant has to run in the order it was scheduled, and
    /// never from inside this call.
    public typealias Schedule = (_ delay: Duration, _ work: @escaping () -> Void) -> Void

    /// One node's side.
    public struct End {
        public var own: NodeID
        /// The identifier this node knows its link by.
        public var link: LinkID
        public var observer: any LinkObserver
        /// `host:port` of this side, if it is to have one.
        public var address: String?

        public init(own: NodeID, link: LinkID, observer: any LinkObserver, address: String? = nil) {
            self.address = address
            self.own = own
            self.link = link
            self.observer = observer
        }
    }

    /// Bytes under way in one direction before an end has to wait, as in the buffers of a socket.
    public static let window = 256 << 10

    private let dialing: MemoryCarrier
    private let accepting: MemoryCarrier

    /// - Parameters:
    ///   - dialer: The end that opens the link, for the dial with this identifier; it is the handshake's initiator.
    ///   - latency: How long bytes take from one end to the other.
    public init(
        dialer: End, dial: DialID, acceptor: End, configuration: LinkConfiguration = LinkConfiguration(),
        latency: Duration = .zero, schedule: @escaping Schedule
    ) {
        func carrier(_ end: End, _ direction: LinkDirection, remote: End) -> MemoryCarrier {
            let endpoint = LinkEndpoint(
                id: end.link, direction: direction,
                remoteAddress: remote.address ?? "memory:\(remote.own.shortDescription)", localAddress: end.address,
                own: end.own, observer: end.observer, configuration: configuration, pool: nil)
            return MemoryCarrier(endpoint: endpoint, latency: latency, schedule: schedule)
        }
        dialing = carrier(dialer, .dialed(dial), remote: acceptor)
        accepting = carrier(acceptor, .accepted, remote: dialer)
        dialing.peer = accepting
        accepting.peer = dialing
    }

    /// The dialler's link.
    public var dialerLink: any Link { dialing.endpoint }
    /// The acceptor's link.
    public var acceptorLink: any Link { accepting.endpoint }

    /// Connects; both observers hear `linkOpened`, the dialler's first.
    public func open() {
        dialing.connect()
        accepting.connect()
    }

    /// How long bytes sent from now on take. They never overtake earlier ones.
    public var latency: Duration {
        get { dialing.latency }
        set {
            dialing.latency = newValue
            accepting.latency = newValue
        }
    }

    /// While true nothing gets through in either direction and nobody is told, like a cable that was pulled. What was sent
    /// meanwhile arrives when it ends, unless an end has given up.
    public var isPartitioned: Bool {
        get { dialing.isHeld }
        set {
            dialing.isHeld = newValue
            accepting.isHeld = newValue
        }
    }

    /// Breaks the connection: both ends are told, what is under way is lost.
    public func sever() {
        dialing.sever()
        accepting.sever()
    }
}

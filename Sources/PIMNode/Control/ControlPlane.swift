public import PIMCore
public import PIMCrypto
import PIMWire

/// The mesh engine of one node: sessions, peers, routes, dials. A value without I/O, clock or randomness of its own
/// (`design/architecture.md` §2): equal inputs with equal times and random numbers give equal effects.
///
/// The driver calls `handle` for everything that happens, carries the effects out in their order before it looks at
/// the next frame of the same link, and calls with `.tick` at `nextDeadline`, which it reads anew after every call and
/// once at the start: the first tick dials the configured targets. Not concurrency-safe: one owner.
public struct ControlPlane: Sendable {
    var configuration: ControlConfiguration
    let identity: Identity
    let meshKey: MeshKey?
    let own: NodeID

    var links: LinkTable
    /// The link each connected peer is reached over: its session is confirmed and it is not stalled.
    var peers: [NodeID: LinkID] = [:]
    /// All links with a confirmed session to each node, in the order they came up: the one that carries, the one that
    /// stands by, and those that are stalled.
    var paths: [NodeID: [LinkID]] = [:]
    var strangers: StrangerTable
    var hellos = HelloMemory()
    var handshakes: HandshakeQueue
    /// Of nodes that proved themselves.
    var reputation = Reputation<NodeID>()
    /// Of the addresses strangers come from. The excluded ones are served last.
    var addressReputation = Reputation<AddressGroup>()
    var authorization: AuthorizationPolicy
    var spentBudgets = SpentBudgets()
    var revoked: Set<NodeID>

    /// What this node announces that it understands.
    var features: FeatureSet
    var book: PeerBook
    var sessions = SessionTable()
    var negotiations = NegotiationTable()
    var answeredOffers = OfferMemory()
    var answerPace = SourcePace()
    var unknownSessionPace = SourcePace()

    var routing: RouteTable
    var addresses: AddressIndex
    var advertisements: AdvertisementSchedule
    var gateways = GatewayChoice()
    var roundTrips = RoundTrips()
    var probesDue: MonotonicTime

    var announcements: AnnouncementPolicy
    var introductions: IntroductionQueue
    var introductionFilter = IntroductionFilter()
    var heldIntroductions = HeldIntroductions()
    var broadcastDue: MonotonicTime?
    var lastBroadcast: BroadcastStatus.Broadcast?
    /// What heartbeats say of this gateway.
    var gatewayLoad: UInt8 = 0

    var dials = DialSchedule()
    var discovery: DiscoveryTable
    var isShutDown = false

    /// When `.tick` has to come next; `nil` when nothing is due, ever. Exact after every step.
    public internal(set) var nextDeadline: MonotonicTime?
    /// The time of the latest step, from which the next deadlines of token buckets are counted.
    var lastStep: MonotonicTime
    var published: ForwardingTable
    var isTableChanged = false
    /// Something that gateway scores depend on changed, or their patience may have run out.
    var areGatewaysStale = false
    var counts: [MeshCounter: UInt64] = [:]

    /// - Parameter meshKey: the handshake key of a private mesh; `nil` in an open one.
    public init(configuration: ControlConfiguration, identity: Identity, meshKey: MeshKey?, at now: Moment) {
        let own = identity.nodeID
        let timing = configuration.timing
        let limits = configuration.limits
        let prefixes = configuration.meshPrefixes
        self.configuration = configuration
        self.identity = identity
        self.meshKey = meshKey
        self.own = own
        links = LinkTable(timing: timing)
        strangers = StrangerTable(total: limits.strangers, perAddress: limits.strangersPerAddress)
        handshakes = HandshakeQueue(perSecond: limits.handshakesPerSecond, at: now.monotonic)
        authorization = configuration.authorization
        revoked = configuration.revoked
        features = configuration.features
        book = PeerBook(configuration.known)
        routing = RouteTable(
            own: own,
            rules: RoutingRules(
                maximumHops: min(max(1, configuration.maximumHops), RoutingRules.reach), expiry: timing.routeExpiry,
                holdDown: timing.holdDown), barred: configuration.revoked)
        addresses = AddressIndex(own: own, deriveIPv6: { MeshAddress.ipv6(of: $0, in: prefixes.ipv6) }) {
            MeshAddress.ipv4(of: $0, in: prefixes.ipv4)
        }
        advertisements = AdvertisementSchedule(
            period: timing.advertisement, spacing: timing.advertisementSpacing, at: now)
        probesDue = now.monotonic.advanced(by: timing.probe)
        announcements = configuration.announcements
        introductions = IntroductionQueue(at: now.monotonic)
        broadcastDue = configuration.announcements.interval.map { now.monotonic.advanced(by: $0) }
        discovery = DiscoveryTable(own: own, policy: configuration.discovery, at: now.monotonic)
        dials.replaceTargets(configuration.targets, at: now.monotonic)
        lastStep = now.monotonic
        published = ForwardingTable(
            own: own, relays: configuration.relays, revoked: configuration.revoked,
            prefixes: configuration.meshPrefixes, owners: addresses.owners, isGateway: configuration.isGateway)
        nextDeadline = earliestDeadline
    }

    /// Takes one input and returns what has to be done, in this order.
    public mutating func handle(
        _ input: ControlInput, at now: Moment, using random: inout some RandomNumberGenerator
    ) -> [ControlEffect] {
        if case .dataOpened(let link) = input, let session = links[link]?.session, session.isConfirmed,
            session.isKeyConfirmed, !session.isStalled, !session.isOnProbation
        {
            links[link]?.session?.heard = now.monotonic
            links.settle()
            nextDeadline = earliestDeadline
            return []
        }
        var step = Step(now: now, random: random)
        apply(input, &step)
        settle(&step)
        nextDeadline = earliestDeadline
        random = step.random
        return step.effects
    }

    private mutating func apply(_ input: ControlInput, _ step: inout Step<some RandomNumberGenerator>) {
        switch input {
        case .linkOpened(let link, let direction, let preamble, let remoteAddress, let localAddress):
            let path = LinkPath(local: localAddress, remote: remoteAddress)
            linkOpened(link, direction, preamble: preamble, remoteAddress: remoteAddress, path: path, &step)
        case .linkClosed(let link, let reason): linkClosed(link, reason: reason, &step)
        case .dialFailed(let dial, let reason): dialFailed(dial, reason: reason, &step)
        case .handshake(let link, .initiate(let hello)): receiveInitiate(hello, on: link, &step)
        case .handshake(let link, .respond(let hello)): receiveResponse(hello, on: link, &step)
        case .handshake(let link, .confirm(let mac)): receiveConfirm(mac, on: link, &step)
        case .directFrame(let link, let type, let bytes): receiveDirectFrame(type, bytes, on: link, &step)
        case .sessionProven(let link, let noncePrefix): renewalProven(noncePrefix, on: link, &step)
        case .dataOpened(let link): confirmKey(of: link, &step)
        case .badFrame(let link, let opened): receiveBadFrame(on: link, opened: opened, &step)
        case .strangerMisbehaved(let misdeed, let address): blame(Misdeed(misdeed), on: address, &step)
        case .linkUsed(let link, let frames): noteUse(of: link, frames: frames, &step)
        case .routedControl(let source, let frame, let link): receiveRouted(frame, from: source, via: link, &step)
        case .wantsSession(let node): wantSession(with: node, &step)
        case .sessionOpened(let session): sessionOpened(session, &step)
        case .sessionSealed(let session, let frames): sessionSealed(session, frames: frames, &step)
        case .unknownSession(let source, let link): unknownSession(from: source, via: link, &step)
        case .beacon(let beacon, let source): receiveBeacon(beacon, from: source, &step)
        case .tick: tick(&step)
        case .request(let request): carryOut(request, &step)
        }
    }

    /// Counts one incident and tells it.
    mutating func count(_ counter: MeshCounter, _ step: inout Step<some RandomNumberGenerator>) {
        counts[counter, default: 0] += 1
        step.emit(.event(.counted(counter)))
    }
}

internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import PIMPlugin
internal import PIMRPC
internal import PIMWire

/// Tells the rest of the daemon what happens on the mesh: keystore, plugins, control-socket clients, log.
///
/// Called on the mesh loop, so nothing here blocks or waits: the keystore writes behind, hubs buffer within bounds.
struct MeshReporter: Sendable {
    let keystore: PeerKeystore
    let directory: PeerEventHub
    let trust: TrustRecord
    let forgotten: ForgottenPeers
    let sessions: AsyncStream<SessionChange>.Continuation
    let discoveries: AsyncStream<DiscoveredNodeAddress>.Continuation
    let gateways: AsyncStream<IPv4Address?>.Continuation
    let news: AsyncStream<MeshChange>.Continuation
    let addresses: NodeAddresses
    let logger: Logger
    private let unreachablePace = LogPace()
    private let discoveryPace = LogPace()
    /// Failed handshakes, rejected nodes and colliding addresses: whoever can connect can cause them as fast as he likes.
    private let handshakePace = LogPace()
    private let rejectionPace = LogPace()
    private let collisionPace = LogPace()
    private let exclusionPace = LogPace()
    /// Whoever says to be a gateway and then not changes the choice each time.
    private let gatewayPace = LogPace()

    init(
        keystore: PeerKeystore, directory: PeerEventHub, trust: TrustRecord, forgotten: ForgottenPeers,
        sessions: AsyncStream<SessionChange>.Continuation,
        discoveries: AsyncStream<DiscoveredNodeAddress>.Continuation, gateways: AsyncStream<IPv4Address?>.Continuation,
        news: AsyncStream<MeshChange>.Continuation, addresses: NodeAddresses, logger: Logger
    ) {
        self.keystore = keystore
        self.directory = directory
        self.trust = trust
        self.forgotten = forgotten
        self.sessions = sessions
        self.discoveries = discoveries
        self.gateways = gateways
        self.news = news
        self.addresses = addresses
        self.logger = logger
    }

    /// A PeerInfo was accepted by the control plane; the keystore decides what it changes, and tells.
    ///
    /// - Returns: Peers that left the directory for it.
    func peerInfo(
        _ peer: NodeID, key: X25519PublicKey, name: String, via carrier: PeerInfoCarrier, isSigned: Bool,
        announce: Bool,
        at now: Moment
    ) -> [NodeID] {
        let unsigned: KeyState = carrier == .direct ? .neighbour : .claimed
        let announcement = KeyAnnouncement(
            peer: peer, key: key, name: name, state: isSigned ? .verified : unsigned, isLinked: carrier == .direct,
            time: now.unixMilliseconds)
        let outcome = keystore.record(
            announcement, via: carrier == .direct ? .direct : .routed, announce: announce)
        guard case .inserted(let evicted) = outcome else { return [] }
        for peer in evicted { forgotten.report(peer) }
        return evicted
    }

    /// The features a peer proved freshly are kept with its row.
    func pinned(_ peer: NodeID, _ features: FeatureSet) {
        keystore.notePin(features.rawValue, of: peer)
    }

    /// New flows leave the mesh elsewhere from now on, or nowhere.
    func gatewayChosen(_ gateway: NodeID?) {
        gateways.yield(gateway.map { addresses.ipv4(of: $0) })
        news.yield(.gateway(gateway))
        guard let held = gatewayPace.admit(at: BootClock.now()) else { return }
        if let gateway {
            logger.info("gateway chosen", metadata: ["gateway": "\(gateway)", "not_logged": "\(held)"])
        } else {
            logger.warning("no gateway is known any more", metadata: ["not_logged": "\(held)"])
        }
    }

    func interfaceLost() {
        logger.error("the interface is gone: no IP packets are carried until the daemon is started again")
    }

    func trusted(_ node: NodeID) {
        trust.trusted(node)
    }

    func distrusted(_ node: NodeID) {
        trust.distrusted(node)
    }

    func event(_ event: NodeEvent) {
        switch event {
        case .peerConnected(let peer, _):
            directory.publish(.connected(peer: peer))
            sessions.yield(SessionChange(peer: peer, reason: nil))
            logger.info("peer connected", metadata: ["peer": "\(peer)"])
        case .peerDisconnected(let peer, let reason):
            // The end of a link is a sign of life, unless it was the lack of any.
            let silence = reason == .silent ? UInt64(clamping: ControlTiming().stall.wholeMilliseconds) : 0
            keystore.noteHeard(peer, at: WallClock.unixMilliseconds - silence)
            directory.publish(.disconnected(peer: peer))
            sessions.yield(SessionChange(peer: peer, reason: reason))
            news.yield(.parted(peer))
            logger.info("peer disconnected", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
        case .peerMoved(let peer, let link):
            logger.info("another link to the peer carries now", metadata: ["peer": "\(peer)", "link": "\(link)"])
        case .routeAdded(let node):
            directory.publish(.routeUp(peer: node))
            news.yield(.routeUp(node))
        case .routeRemoved(let node):
            directory.publish(.routeDown(peer: node))
            news.yield(.routeDown(node))
        case .dialDelayed(let address, let reason, let delay):
            logger.warning(
                "cannot reach configured peer",
                metadata: [
                    "address": "\(address)", "reason": "\(reason)", "retry_ms": "\(delay.wholeMilliseconds)",
                ])
        case .peerDiscovered(let node, let address, let isAdmitted):
            discovered(node, address, isAdmitted: isAdmitted)
        case .discoveredUnreachable(let node, let address, let reason, let delay):
            guard let held = unreachablePace.admit(at: BootClock.now()) else { return }
            logger.info(
                "cannot reach discovered peer",
                metadata: [
                    "peer": "\(node)", "address": "\(address)", "reason": "\(reason)",
                    "retry_ms": "\(delay.wholeMilliseconds)", "not_logged": "\(held)",
                ])
        case .handshakeFailed(_, let address, let reason):
            guard let held = handshakePace.admit(at: BootClock.now()) else { return }
            logger.warning(
                "handshake failed", metadata: ["address": "\(address)", "reason": "\(reason)", "not_logged": "\(held)"])
        case .peerRejected(let peer, let address, let reason):
            guard let held = rejectionPace.admit(at: BootClock.now()) else { return }
            logger.warning(
                "\(reason)", metadata: ["peer": "\(peer)", "address": "\(address)", "not_logged": "\(held)"])
        case .excluded(let node):
            guard let held = exclusionPace.admit(at: BootClock.now()) else { return }
            logger.warning(
                "peer misbehaved and is not listened to for a while",
                metadata: ["peer": "\(node)", "not_logged": "\(held)"])
        case .restricted(let address):
            guard let held = exclusionPace.admit(at: BootClock.now()) else { return }
            logger.warning(
                "strangers misbehaved and their address is served last for a while",
                metadata: ["address": "\(address)", "not_logged": "\(held)"])
        case .addressCollision(let first, let second):
            guard let held = collisionPace.admit(at: BootClock.now()) else { return }
            logger.warning(
                "two nodes derive one mesh address; widen interface.mesh_ipv4_prefix",
                metadata: ["owner": "\(first)", "other": "\(second)", "not_logged": "\(held)"])
        case .counted:
            break
        }
    }

    private func discovered(_ node: NodeID, _ address: String, isAdmitted: Bool) {
        discoveries.yield(DiscoveredNodeAddress(node: node, address: address))
        guard let held = discoveryPace.admit(at: BootClock.now()) else { return }
        logger.info(
            isAdmitted ? "peer discovered" : "peer discovered, and not admitted by the authorization policy",
            metadata: ["peer": "\(node)", "address": "\(address)", "not_logged": "\(held)"])
    }
}

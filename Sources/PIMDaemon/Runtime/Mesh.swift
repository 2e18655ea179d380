internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMPluginHost
internal import PIMTransport
internal import PIMWire
internal import Synchronization

/// The mesh side of a daemon, put together: control plane, links, directory, and the events they raise.
final class Mesh: Sendable {
    let runtime: MeshRuntime
    let sender: PayloadSender
    let addresses: NodeAddresses
    let trust: TrustRecord
    /// Nodes the operator revoked; kept in the data directory, apart from the directory of peers that forgets.
    let revoked: StoredNodes
    let forgotten = ForgottenPeers()
    /// Sessions that come and go, for one reader; the oldest are lost when it does not keep up.
    let sessionChanges: AsyncStream<SessionChange>
    /// Nodes that announced themselves, for one reader; the oldest are lost when it does not keep up.
    let discoveries: AsyncStream<DiscoveredNodeAddress>
    /// The mesh address of the gateway new flows leave by, whenever it changes, for one reader: the newest counts.
    let gatewayChanges: AsyncStream<IPv4Address?>
    /// What else clients are told of, for one reader; the oldest are lost when it does not keep up.
    let changes: AsyncStream<MeshChange>
    /// The interface of this host into the mesh; `nil` when it is switched off.
    let interface: MeshInterface?
    /// What discovery counts before the control plane hears of it.
    let discoveryCounters = CounterBoard()
    private let transport: TCPTransport
    private let loop: any EventLoop
    private let listenPort: UInt16
    private let logger: Logger
    private let boundPort = Atomic<Int>(0)
    private let packets: PacketPlane?
    private let tunnel = Mutex<[any Channel]>([])
    private let dialled: Mutex<DialledPeers>

    /// `[[peers]]` as they were read last.
    var configuredPeers: [PIMConfiguration.Peer] { dialled.withLock { $0.configured } }

    /// Who is dialled on request.
    var visitors: [DialledPeers.Visitor] { dialled.withLock { $0.visitors } }

    /// The TCP port that is listened on; 0 before ``open(for:)``.
    var port: Int { boundPort.load(ordering: .relaxed) }

    init(daemon: Daemon, resources: DaemonResources) throws {
        let configuration = daemon.configuration
        let identity = resources.identity
        loop = resources.meshThread.next()
        listenPort = configuration.transport.listenPort
        dialled = Mutex(DialledPeers(configured: configuration.peers, security: configuration.security))
        logger = daemon.logger("mesh")
        addresses = NodeAddresses(of: identity.nodeID, in: configuration.interface)
        interface = try MeshInterface.open(configuration.interface, addresses: addresses)
        trust = try TrustRecord(configuration.security, logger: daemon.logger("trust"))
        revoked = try StoredNodes(
            path: resources.dataDirectory.appending(path: "revoked-peers.toml").path, key: "revoked",
            logger: daemon.logger("trust"))
        let (sessionChanges, sessions) = AsyncStream.makeStream(
            of: SessionChange.self, bufferingPolicy: .bufferingNewest(256))
        self.sessionChanges = sessionChanges
        let (discoveries, found) = AsyncStream.makeStream(
            of: DiscoveredNodeAddress.self, bufferingPolicy: .bufferingNewest(256))
        self.discoveries = discoveries
        let (gatewayChanges, gateways) = AsyncStream.makeStream(
            of: IPv4Address?.self, bufferingPolicy: .bufferingNewest(1))
        self.gatewayChanges = gatewayChanges
        let (changes, news) = AsyncStream.makeStream(of: MeshChange.self, bufferingPolicy: .bufferingNewest(256))
        self.changes = changes
        let budget = ConnectionBudget(descriptors: DescriptorLimit.raise())
        var settings = ControlConfiguration(
            configuration, authorization: trust.policy, revoked: revoked.all, known: resources.keystore.knownPeers,
            hasInterface: interface != nil)
        budget.apply(to: &settings.limits)
        let control = ControlPlane(
            configuration: settings, identity: identity,
            meshKey: resources.meshSecret?.handshakeKey,
            at: Moment(monotonic: BootClock.now(), unixMilliseconds: WallClock.unixMilliseconds))
        let table = control.forwardingTable
        sender = PayloadSender(table: table, loop: loop)
        let reporter = MeshReporter(
            keystore: resources.keystore, directory: resources.directory, trust: trust, forgotten: forgotten,
            sessions: sessions, discoveries: found, gateways: gateways, news: news, addresses: addresses, logger: logger
        )
        let runtime = MeshRuntime(
            control: control, table: table, loop: loop, sender: sender, reporter: reporter,
            referencePeers: settings.referencePeers)
        self.runtime = runtime
        let (keystore, prefixes) = (resources.keystore, settings.meshPrefixes)
        packets = interface.map { interface in
            PacketPlane(
                device: interface.device, mesh: runtime, identity: identity, prefixes: prefixes,
                keyOf: { keystore.x25519Key(of: $0) })
        }
        var links = TCPConfiguration()
        budget.apply(to: &links)
        links.mark = resources.socketMark
        links.link.pacesReferenceLinks = true
        links.link.flowSeed = .random(in: .min ... .max)
        links.connectTimeout = .milliseconds(Int64(clamping: configuration.transport.connectTimeoutMilliseconds))
        transport = TCPTransport(
            own: identity.nodeID, loop: loop, acceptLoop: resources.acceptThread.next(), configuration: links,
            observer: runtime)
    }

    /// Starts to listen and to dial. Payloads that arrive go to `host`.
    func open(for host: PluginHost) async throws {
        try await loop.submit { [self] in runtime.prepare(over: transport, host: host) }.get()
        let listening = try await transport.listen(port: Int(listenPort))
        if let warning = listening.warning { logger.warning("\(warning)") }
        boundPort.store(listening.port, ordering: .relaxed)
        try await loop.submit { [self] in runtime.start() }.get()
    }

    /// Sets the interface up and starts to carry packets, as far as there is anybody to carry them to.
    func openInterface() async throws {
        guard let interface, let packets else { return }
        for warning in try await interface.configuration.apply(to: interface.device) { logger.warning("\(warning)") }
        try await loop.submit { [self] in runtime.attach(packets) }.get()
        let channels = try await TunnelChannel.open(interface.device, for: packets, on: loop)
        tunnel.withLock { $0 = channels }
        logger.info(
            "TUN up",
            metadata: [
                "interface": "\(interface.device.name)", "ipv4": "\(addresses.ipv4Text)",
                "ipv6": "\(addresses.ipv6Text)", "mtu": "\(interface.mtu)",
            ])
    }

    /// Gives the interface back what it lost while somebody had it switched off.
    func restoreInterface() async {
        guard let interface else { return }
        do {
            for warning in try await interface.configuration.apply(to: interface.device) {
                logger.warning("\(warning)")
            }
        } catch {
            logger.error("the interface came up without its addresses", metadata: ["error": "\(error)"])
        }
    }

    private func closeInterface() async {
        try? await loop.submit { [self] in runtime.detachPackets() }.get()
        let channels = tunnel.withLock { channels in
            defer { channels = [] }
            return channels
        }
        for channel in channels { try? await channel.close().get() }
        interface?.device.close()
    }

    /// How long the last payloads wait for their sessions while the node shuts down.
    private static let farewell = Duration.seconds(2)

    /// Says goodbye to every peer and closes all links, after what was queued is written.
    func close() async {
        sender.stop()
        let deadline = BootClock.now().advanced(by: Self.farewell)
        while BootClock.now() < deadline,
            (try? await loop.submit { [self] in runtime.isAwaitingSessions }.get()) == true
        {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        try? await loop.submit { [self] in runtime.handle(.request(.shutDown)) }.get()
        await transport.shutdown()
        await closeInterface()
        try? await loop.submit { [self] in runtime.finish() }.get()
    }

    func state() async throws -> MeshState {
        var state = try await loop.submit { [self] in runtime.state() }.get()
        state.counters.merge(discoveryCounters.counts, uniquingKeysWith: +)
        return state
    }

    /// A node announced itself.
    func heard(_ beacon: Beacon, from source: BeaconSource) {
        loop.execute { [self] in runtime.handle(.beacon(beacon, from: source)) }
    }

    /// Peers left the directory: their pins and sessions go as well.
    func forget(_ peers: some Collection<NodeID>) {
        for peer in peers { apply(.forget(peer)) }
    }

    /// Ends everything there is with a node, now and until it is restored; the file follows. List and engine change in one
    /// step of the mesh loop, so that they agree whoever else revokes and restores.
    ///
    /// - Throws: Category `config` when the list is full; nothing was done then.
    func revoke(_ node: NodeID) async throws -> (isNew: Bool, wasConnected: Bool) {
        try await loop.submit { [self] in
            let isNew = try revoked.insert(node)
            let wasConnected = runtime.table.neighbours[node] != nil
            runtime.handle(.request(.revoke(node)))
            return (isNew, wasConnected)
        }.get()
    }

    /// Undoes ``revoke(_:)``; whether there was anything to undo.
    func restore(_ node: NodeID) async throws -> Bool {
        try await loop.submit { [self] in
            let wasRevoked = revoked.remove(node)
            runtime.handle(.request(.restore(node)))
            return wasRevoked
        }.get()
    }

    /// Takes `[[peers]]` from a file that was read anew: whom to dial, and what people call them.
    func configure(_ fresh: PIMConfiguration) {
        change { $0.configured = fresh.peers }
    }

    /// Takes who may have a session from a file that was read anew.
    func authorize(_ security: PIMConfiguration.Security) {
        change { $0.security = security }
    }

    /// Dials somebody the configuration does not name, until the session with him ends.
    func dial(_ target: DialTarget) {
        change { $0.add(target) }
    }

    /// Who was dialled so answered, and is forgotten with that session.
    func noteAnswer(_ node: NodeID, at target: DialTarget, label: String?) {
        change { $0.note(node, at: target, label: label) }
    }

    /// Ends that; a session that stands stays.
    func stopDialling(where matches: @Sendable (DialledPeers.Visitor) -> Bool) {
        change { $0.removeVisitors(where: matches) }
    }

    /// Admits a node under `allow_list` until the daemon ends, or it is dismissed.
    ///
    /// - Returns: Whether it was no guest before.
    func admit(_ node: NodeID) -> Bool {
        change { $0.guests.insert(node).inserted }
    }

    /// Ends that; a session that stands ends, too, unless the list has the node.
    func dismiss(_ node: NodeID) {
        change { _ = $0.guests.remove(node) }
    }

    /// Tells the engine what follows from a change, in the order of changes.
    private func change<Value: Sendable>(_ body: @Sendable (inout DialledPeers) -> Value) -> Value {
        dialled.withLock { peers in
            let before = peers
            let value = body(&peers)
            if peers.targets != before.targets { apply(.setTargets(peers.targets)) }
            if let policy = peers.policy, policy != before.policy { apply(.setAuthorization(policy)) }
            return value
        }
    }

    /// Tells every reachable node this node's key, and returns what the mesh then says of it.
    func broadcastIdentity() async throws -> BroadcastStatus {
        try await loop.submit { [self] in
            runtime.handle(.request(.broadcastIdentity))
            return runtime.state().broadcast
        }.get()
    }

    func apply(_ request: ControlRequest) {
        loop.execute { [self] in runtime.handle(.request(request)) }
    }
}

extension PeerKeystore {
    /// What the mesh engine acts upon: pins, and who signed his key.
    fileprivate var knownPeers: [NodeID: KnownPeer] {
        allRecords().compactMapValues { record in
            let known = KnownPeer(pin: FeatureSet(rawValue: record.pin), isVerified: record.keyState == .verified)
            return known == KnownPeer() ? nil : known
        }
    }
}

extension ControlConfiguration {
    init(
        _ configuration: PIMConfiguration, authorization: AuthorizationPolicy, revoked: Set<NodeID>,
        known: [NodeID: KnownPeer], hasInterface: Bool
    ) {
        var timing = ControlTiming()
        // Neighbours repeat their routes every 5 s; less than three times that would drop living ones.
        timing.routeExpiry = .seconds(max(15, Int64(clamping: configuration.routing.routeExpirySeconds)))
        self.init(
            name: configuration.node.name,
            targets: DialledPeers(configured: configuration.peers, security: configuration.security).targets,
            relays: configuration.relaysForOthers,
            meshPrefixes: MeshPrefixes(
                ipv4: configuration.interface.meshIPv4Prefix, ipv6: configuration.interface.meshIPv6Prefix),
            hasInterface: hasInterface, maximumHops: configuration.routing.maxHops, authorization: authorization,
            revoked: revoked,
            features: hasInterface
                ? [.sealedLinks, .sessions, .sealedPackets, .gsoPackets] : [.sealedLinks, .sessions],
            referencePeers: configuration.security.referencePeers == .refuse ? .refuse : .allow, known: known,
            announcements: AnnouncementPolicy(configuration.messaging.broadcast),
            discovery: DiscoveryPolicy(configuration), timing: timing)
    }
}

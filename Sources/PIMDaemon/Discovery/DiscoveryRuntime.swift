internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMTransport
internal import PIMWire

/// Announces this node on the local networks and listens for others (`spec/discovery.md`). What it hears and finds sound
/// goes to the control plane, which decides what to make of it.
///
/// On a loop of its own, away from the mesh loop: whatever anybody sends to its port delays no frame.
///
/// `@unchecked Sendable`: every stored variable is touched on `loop` only; entry points go there.
final class DiscoveryRuntime: @unchecked Sendable {
    private let loop: any EventLoop
    private var configuration: PIMConfiguration
    private let identity: Identity
    private let socketMark: UInt32?
    private let form: BeaconForm
    private let mesh: Mesh
    private let isGateway: @Sendable () -> Bool
    private let logger: Logger
    private let logPace = LogPace()
    private var intake: BeaconIntake
    private var schedule: BeaconSchedule
    private var sockets: BeaconSockets?
    private var random = SystemRandomNumberGenerator()
    private var networks: [BeaconNetwork]?
    private var lookDue: MonotonicTime
    private var timer: Scheduled<Void>?
    /// What was complained about last, so that it is said once.
    private var complaints: [String: String] = [:]

    /// - Parameter isGateway: Whether this node leads out of the mesh now.
    init(
        daemon: Daemon, resources: DaemonResources, mesh: Mesh, isGateway: @escaping @Sendable () -> Bool
    ) {
        self.isGateway = isGateway
        let now = BootClock.now()
        loop = resources.socketThread.next()
        configuration = daemon.configuration
        identity = resources.identity
        socketMark = resources.socketMark
        form = BeaconForm(resources.meshSecret)
        self.mesh = mesh
        logger = daemon.logger("discovery")
        intake = BeaconIntake(
            own: resources.identity.nodeID, form: form, meshPrefix: daemon.configuration.interface.meshIPv4Prefix,
            at: now)
        schedule = BeaconSchedule(daemon.configuration.discovery, at: now)
        lookDue = now
    }

    /// How often the interfaces are looked at: at every beacon, between these.
    private var lookInterval: Duration {
        let interval = Int64(clamping: configuration.discovery.broadcastIntervalMilliseconds)
        return .milliseconds(min(max(interval, 500), 5000))
    }

    // MARK: Life

    func start() async {
        try? await loop.submit { [self] in
            sockets = BeaconSockets(
                loop: loop, port: configuration.discovery.port, mark: socketMark
            ) { [weak self] datagram, source in
                self?.received(datagram, from: source)
            }
            attend()
        }.get()
    }

    func stop() async {
        try? await loop.submit { [self] in
            timer?.cancel()
            sockets?.close()
            sockets = nil
        }.get()
    }

    /// Announces as these settings say from now on, at once if at all. Port and `enabled` are those of the start.
    func reconfigure(_ settings: PIMConfiguration.Discovery) {
        loop.execute { [self] in
            guard settings != configuration.discovery else { return }
            let now = BootClock.now()
            configuration.discovery = settings
            schedule = BeaconSchedule(settings, at: now)
            lookDue = now
            attend()
        }
    }

    /// A node was found that may not have heard this one yet.
    func neighbourFound() {
        loop.execute { [self] in
            guard sockets != nil else { return }
            schedule.neighbourFound(at: BootClock.now())
            scheduleNext()
        }
    }

    /// The network of this machine changed: a look at the interfaces is due.
    func networkChanged() {
        loop.execute { [self] in
            lookDue = BootClock.now()
            attend()
        }
    }

    /// Does what is due, and comes back for the rest.
    private func attend() {
        guard sockets != nil else { return }
        let now = BootClock.now()
        if lookDue <= now {
            lookDue = now.advanced(by: lookInterval)
            // Beacons go out once the sockets that are opened for them are there.
            look(at: now).whenComplete { [self] _ in announceIfDue() }
        } else {
            announceIfDue()
        }
    }

    private func scheduleNext() {
        timer?.cancel()
        let due = configuration.discovery.announce ? min(schedule.due, lookDue) : lookDue
        let delay = BootClock.now().duration(to: due)
        timer = loop.scheduleTask(in: .nanoseconds(max(0, delay.wholeNanoseconds))) { [self] in attend() }
    }

    // MARK: Networks

    /// Looks at the interfaces; networks that came or changed are announced on at once.
    private func look(at now: MonotonicTime) -> EventLoopFuture<Void> {
        guard let sockets else { return loop.makeSucceededVoidFuture() }
        let interfaces: [NetworkInterface]
        do {
            interfaces = try NetworkInterfaces.current()
        } catch {
            complain(["interfaces": "\(error)"], about: "interfaces")
            return loop.makeSucceededVoidFuture()
        }
        // The mesh's own interface leads to nobody who is near.
        let shared = interfaces.filter { $0.isShared && $0.name != configuration.interface.name }
        let current = shared.compactMap(BeaconNetwork.init)
        intake.networks = Set(shared.flatMap(\.ipv4).map(\.network))
        if current != networks {
            logger.info(
                networks == nil ? "looking for nodes nearby" : "the networks of this machine changed",
                metadata: [
                    "interfaces": "\(current.map(\.name).joined(separator: ", "))",
                    "port": "\(configuration.discovery.port)", "announcing": "\(configuration.discovery.announce)",
                ])
            if current.contains(where: { networks?.contains($0) != true }) { schedule.linkUp(at: now) }
            networks = current
        }
        return sockets.update(current).map { [self] failures in complain(failures, about: "sockets") }
    }

    // MARK: Sending

    private func announceIfDue() {
        defer { scheduleNext() }
        let now = BootClock.now()
        guard let sockets, configuration.discovery.announce, schedule.due <= now else { return }
        schedule.sent(at: now, using: &random)
        guard
            let beacon = Beacon(
                node: identity.nodeID, publicKey: identity.publicKey,
                roles: BeaconRoles(configuration, isGateway: isGateway()),
                port: UInt16(clamping: mesh.port)), beacon.port != 0,
            let datagram = try? form.encode(beacon, using: &random)
        else { return }
        sockets.send(datagram).whenSuccess { [self] failures in complain(failures, about: "beacons") }
    }

    // MARK: Receiving

    private func received(_ datagram: [UInt8], from source: BeaconSource) {
        switch intake.admit(datagram, from: source, at: BootClock.now()) {
        case .own: break
        case .beacon(let beacon): mesh.heard(beacon, from: source)
        case .refused(let counter): refused(counter, from: source)
        }
    }

    /// The first of each kind is worth a line, the others are counted: whoever is near can cause them.
    private func refused(_ counter: MeshCounter, from source: BeaconSource) {
        let isFirst = mesh.discoveryCounters.count(counter) == 1
        guard isFirst || logger.logLevel <= .debug, let held = logPace.admit(at: BootClock.now()) else { return }
        logger.log(
            level: isFirst ? .info : .debug, "an announcement was dropped",
            metadata: ["reason": "\(counter)", "source": "\(source)", "not_logged": "\(held)"])
    }

    /// Says what does not work, once, and when it works again.
    private func complain(_ failures: [String: String], about topic: String) {
        let prefix = "\(topic): "
        let known = complaints.filter { $0.key.hasPrefix(prefix) }
        for (place, reason) in failures where known[prefix + place] != reason {
            logger.warning(
                topic == "beacons" ? "this node cannot be announced there" : "nodes cannot be discovered there",
                metadata: ["place": "\(place)", "port": "\(configuration.discovery.port)", "reason": "\(reason)"])
        }
        for key in known.keys where failures[String(key.dropFirst(prefix.count))] == nil { complaints[key] = nil }
        for (place, reason) in failures { complaints[prefix + place] = reason }
    }
}

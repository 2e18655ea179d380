internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMRPC
internal import ServiceLifecycle

/// Turns this machine's default route into the mesh and back (`spec/host-network.md` §4): off at the start, switched by
/// `route.set_split_default`, following the gateway that the mesh chose, repaired when others change what was installed.
///
/// | on | gateway | without kill switch | with it |
/// |---|---|---|---|
/// | no | any | uplink | uplink |
/// | yes | known | mesh | mesh |
/// | yes | none | uplink | held back |
///
/// What was installed is taken back when the daemon stops, and what a killed one left when the next starts: unless its kill
/// switch holds traffic back, which the next daemon goes on with. Work is done one piece after the other, in the order it was
/// asked for.
actor RouteService: Service {
    private(set) var settings: RouteSettings
    private var routes: any DefaultRoutes
    private var names: NameResolution
    private nonisolated let retryInterval: Duration
    private nonisolated let gateways: AsyncStream<IPv4Address?>
    private nonisolated let hold: TrafficHold
    private let events: EventHub
    private let logger: Logger

    /// The last value set by `route.set_split_default`.
    private(set) var isOn: Bool
    private var gateway: IPv4Address?
    private var isInstalled = false {
        didSet { hold.set(isInstalled && settings.hasKillSwitch) }
    }
    private var failure: String?
    /// How often something was put back that others had changed.
    private var repairs = 0
    /// What the log has been told since all was well.
    private var complaints: Set<String> = []
    private var isFinished = false
    private var turns = Turns()

    /// - Parameters:
    ///   - isOn: Whether a killed daemon's kill switch holds traffic back, so that nothing may be let out now.
    ///   - gateways: The mesh address of the chosen gateway whenever that changes; `nil` when there is none.
    ///   - hold: Told whether the kill switch holds.
    init(
        settings: RouteSettings, isOn: Bool = false, routes: any DefaultRoutes, names: NameResolution,
        gateways: AsyncStream<IPv4Address?>, hold: TrafficHold = TrafficHold(isHolding: false), events: EventHub,
        logger: Logger
    ) {
        self.hold = hold
        self.isOn = isOn
        self.settings = settings
        retryInterval = settings.retryInterval
        self.routes = routes
        self.names = names
        self.gateways = gateways
        self.events = events
        self.logger = logger
    }

    nonisolated func run() async throws {
        // Also takes back what another daemon left. Somebody may have asked for something already.
        await workInOrder { await $0.apply() }
        await withTaskGroup { group in
            group.addTask {
                for await gateway in self.gateways.cancelOnGracefulShutdown() { await self.follow(gateway) }
            }
            group.addTask {
                while !Task.isShuttingDownGracefully, !Task.isCancelled {
                    await cancelWhenGracefulShutdown { try? await Task.sleep(for: self.retryInterval) }
                    await self.watch()
                }
            }
            group.addTask { try? await gracefulShutdown() }
        }
        await finish()
    }

    /// `route.set_split_default`: returns when the machine is as wished, or could not be.
    func set(on isOn: Bool) async {
        self.isOn = isOn
        await workInOrder { await $0.apply() }
        publish(isOn ? .routeOn : .routeOff)
    }

    /// Goes on with other resolvers.
    func reconfigure(names: NameResolution) async {
        await workInOrder { service in
            await service.attempt("put the resolvers back") { try await service.names.remove() }
            service.names = names
            await service.apply()
        }
    }

    /// Goes on with or without kill switch. New routes go over the old ones, so that nothing gets out between; only who takes
    /// the kill switch away lets traffic out for a moment.
    func reconfigure(hasKillSwitch: Bool, routes: any DefaultRoutes) async {
        await workInOrder { service in
            if service.isInstalled, !hasKillSwitch {
                await service.attempt("put the default route back") {
                    try service.routes.remove()
                    service.isInstalled = false
                }
            }
            service.settings.hasKillSwitch = hasKillSwitch
            service.routes = routes
            await service.apply()
        }
    }

    /// `route.status`.
    func status() async -> SplitDefaultStatus {
        await SplitDefaultStatus(
            on: isOn, enabled: (try? routes.stand()) ?? false, interface: settings.interface, via: settings.via,
            gateway: gateway, isGatewayNode: settings.isGatewayNode(), killSwitch: settings.hasKillSwitch,
            dns: names.isInstalled, failure: failure, reason: reason)
    }

    /// Why nothing goes into the mesh although it is switched on.
    private var reason: String? {
        guard isOn, failure == nil else { return nil }
        if settings.isGatewayNode() { return "this node is a gateway: its own traffic leaves by its uplink" }
        guard gateway == nil else { return nil }
        return "no gateway is known: " + (hold.isHolding ? "nothing leaves" : "traffic leaves by the uplink")
    }

    // MARK: Work

    private func follow(_ gateway: IPv4Address?) async {
        guard gateway != self.gateway else { return }
        let hadGateway = self.gateway != nil
        self.gateway = gateway
        await workInOrder { await $0.apply() }
        if isOn, hadGateway, gateway == nil, settings.hasKillSwitch, !settings.isGatewayNode() {
            logger.warning("no gateway is known: the kill switch holds traffic back")
            publish(.killSwitch)
        }
    }

    private func watch() async {
        await workInOrder { service in
            if service.failure != nil { return await service.apply() }
            guard await !service.isAsWanted() else { return }
            service.noteRepair()
            await service.apply()
        }
    }

    /// Whether the machine is as it was made. Others change rules (`systemd-networkd`) and resolvers (DHCP clients), and
    /// whether this node is a gateway changes by itself.
    private func isAsWanted() async -> Bool {
        guard isWanted == isInstalled else { return false }
        guard isWanted else { return true }
        guard (try? routes.stand()) == true else { return false }
        return await names.stands()
    }

    /// Ever more rarely: somebody may undo it every time.
    private func noteRepair() {
        repairs += 1
        guard repairs.nonzeroBitCount == 1 else { return }
        logger.notice("routes or resolvers are not as wanted any more", metadata: ["times": "\(repairs)"])
    }

    private func finish() async {
        isFinished = true
        await workInOrder { await $0.apply() }
    }

    private func workInOrder(_ body: @escaping @Sendable (isolated RouteService) async -> Void) async {
        await turns.start { await body(self) }.value
    }

    private var isWanted: Bool {
        isOn && !isFinished && !settings.isGatewayNode() && (gateway != nil || settings.hasKillSwitch)
    }

    /// Makes the machine as it should be now.
    private func apply() async {
        let isWanted = isWanted
        failure = nil
        if isWanted {
            await attempt("send traffic into the mesh") {
                for warning in try routes.install() { complain("the default route: \(warning)") }
                isInstalled = true
            }
            // Resolvers may only be reachable through the mesh, so they come after the way to it.
            if isInstalled { await attempt("set the resolvers") { try await names.install() } }
        } else {
            await attempt("put the resolvers back") { try await names.remove() }
            // Also when nothing of ours is known: routes of another program (`pim route` of the reference) go, too.
            await attempt("put the default route back") {
                try routes.remove()
                isInstalled = false
            }
        }
        if failure == nil { complaints = [] }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            let text = "cannot \(what): \(error)"
            if failure == nil { failure = text }
            complain(text)
        }
    }

    /// Once for each text: what fails is tried again every two seconds.
    private func complain(_ text: String) {
        guard complaints.insert(text).inserted else { return }
        logger.warning("\(text)")
    }

    private func publish(_ kind: StatusEvent.Kind) {
        let at = RPCTimestamp.now
        events.publish(.status, StatusEvent(kind, at: at))
    }
}

internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMRPC
internal import Synchronization

/// This node's way out of the mesh for everybody: rules, forwarding, and the word to the mesh, switched together.
///
/// Changes wait for each other, so that nothing is half made when the next one begins; a caller who is cancelled meanwhile
/// changes nothing about that. What is changed on the machine is in the journal before, and undone by ``stop()``, by
/// ``disable()``, or by the next start after a daemon that was killed.
actor Gateway {
    /// Where this gateway stands.
    enum Phase: Sendable, Equatable {
        /// It is not meant to be one.
        case off
        /// It is meant to be one, and something is missing that may come.
        case waiting(String)
        /// Packets of the mesh leave by the uplink.
        case active(Uplink, sinceMilliseconds: UInt64)
    }

    let interface: PIMConfiguration.Interface
    let addresses: NodeAddresses
    let table = GatewayTable()
    let tracking = ConnectionTracking()
    let journal: HostJournal
    let events: EventHub
    let logger: Logger
    private let hold: TrafficHold
    /// The nodes there are routes to.
    let reachableNodes: @Sendable () async -> [NodeID]
    private let onRoleChange: @Sendable (Bool) -> Void
    let onLoad: @Sendable (UInt8) -> Void
    /// For those who cannot wait.
    private nonisolated let activity = Atomic<Bool>(false)

    private(set) var settings: GatewaySettings?
    private(set) var phase = Phase.off
    var meter = GatewayMeter()
    var users = GatewayUsers()
    var gauge = PressureGauge()
    /// Flows in use when they were last counted; `nil` while this is no gateway.
    var lastConntrack: GatewayRole.Conntrack?
    private var turns = Turns()
    /// What was made, to know it again.
    private var made: MadeRules?
    /// How often something was put back that others had changed.
    private var repairs = 0
    /// What others took away could not be put back.
    private var isBroken = false

    /// - Parameters:
    ///   - hold: Whether the kill switch holds the traffic that a gateway's uplink would let out.
    ///   - onRoleChange: Tells the mesh whether this node leads out. Called in order, by one task at a time.
    ///   - onLoad: Tells the mesh how full the gateway is, 0 to 255, every time it was looked at.
    init(
        interface: PIMConfiguration.Interface, addresses: NodeAddresses, journal: HostJournal, events: EventHub,
        logger: Logger, hold: TrafficHold = TrafficHold(isHolding: false),
        reachableNodes: @escaping @Sendable () async -> [NodeID],
        onRoleChange: @escaping @Sendable (Bool) -> Void, onLoad: @escaping @Sendable (UInt8) -> Void = { _ in }
    ) {
        self.interface = interface
        self.addresses = addresses
        self.journal = journal
        self.events = events
        self.logger = logger
        self.hold = hold
        self.reachableNodes = reachableNodes
        self.onRoleChange = onRoleChange
        self.onLoad = onLoad
    }

    /// Whether packets of the mesh leave by this node now.
    nonisolated var isActive: Bool { activity.load(ordering: .relaxed) }

    // Changes

    /// Undoes what a killed daemon left, and becomes a gateway if the configuration says so.
    func start(_ configured: GatewaySettings?) async {
        await inTurn { gateway in
            await gateway.undoLeftovers()
            guard let configured else { return }
            await gateway.want(configured)
        }
    }

    /// Becomes a gateway, or one of other settings.
    ///
    /// - Throws: When it cannot; everything is as it was before.
    func enable(_ wanted: GatewaySettings) async throws(GatewayRefusal) {
        let outcome: Result<Void, GatewayRefusal> = await inTurn { gateway in
            do throws(GatewayRefusal) {
                try await gateway.open(wanted)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    /// Ends being a gateway; nothing happens if this node is none.
    func disable() async {
        await inTurn { gateway in await gateway.close(forGood: true) }
    }

    /// Ends being a gateway with the daemon.
    func stop() async {
        await inTurn { gateway in await gateway.close(forGood: false) }
    }

    /// Becomes what the configuration says now. What cannot be done yet is waited for, as at the start.
    func follow(_ configured: PIMConfiguration.Gateway) async {
        await inTurn { gateway in
            guard configured.enabled else { return await gateway.close(forGood: true) }
            let wanted = GatewaySettings(configured)
            if await gateway.settings != wanted { await gateway.want(wanted) }
        }
    }

    /// Something about interfaces, addresses or routes changed.
    func networkChanged() async {
        await inTurn { gateway in await gateway.followUplink() }
    }

    /// Puts back what others took away while this is a gateway: a firewall that is loaded again flushes all rules, a tool
    /// switches forwarding off. Nearly free when nobody did.
    ///
    /// - Parameter retrying: Whether to try again what could not be put back before.
    func mend(retrying: Bool = false) async {
        guard isActive || isBroken && retrying else { return }
        await inTurn { gateway in await gateway.mendNow() }
    }

    /// What keeps this machine from being a gateway by an interface.
    func facts(for wanted: GatewaySettings) async -> GatewayFacts {
        await GatewayFacts.current(
            isInterfaceEnabled: interface.enabled, meshInterface: interface.name, uplink: wanted.uplink,
            rules: try? wanted.rules(in: interface, uplinkIPv6: nil), table: table,
            isTableOurs: journal.changes.contains(Self.tableChange), isTrafficHeld: hold.isHolding)
    }

    private func inTurn<Result: Sendable>(_ change: @escaping @Sendable (Gateway) async -> Result) async -> Result {
        await turns.start { await change(self) }.value
    }

    // What changes consist of

    private func undoLeftovers() async {
        guard case .off = phase else { return }
        let hasTable = journal.changes.contains(Self.tableChange)
        guard hasTable || journal.hasForwarding else { return }
        logger.notice("undoing what an earlier gateway left on this machine")
        await undo()
    }

    /// As ``open(_:)``, but what is missing may still come.
    private func want(_ wanted: GatewaySettings) async {
        do throws(GatewayRefusal) {
            try await open(wanted)
        } catch {
            let isOther = settings != wanted
            settings = wanted
            if isActive {
                tellRole(false)
                publish(.disabled, ["reason": .string(error.reason), "nat_interface": .string(wanted.uplink)])
            }
            // Rules of other settings let through what these may not.
            if isOther { await undo() }
            wait(for: error)
        }
    }

    private func open(_ wanted: GatewaySettings) async throws(GatewayRefusal) {
        let facts = await facts(for: wanted)
        let checks = GatewayPreflight.checks(facts)
        let failures = checks.filter { $0.isRequired && !$0.isOK }
        guard failures.isEmpty else { throw GatewayRefusal(failures) }
        do {
            try await install(wanted, by: facts.uplink)
        } catch {
            await putBack()
            throw GatewayRefusal(error)
        }
        for check in checks where !check.isOK {
            logger.warning("\(check.message)", metadata: ["fix": "\(check.fix ?? "")"])
        }
        settings = wanted
        becomeActive(by: facts.uplink)
    }

    /// Rules first: nothing is forwarded that they do not know.
    private func install(_ wanted: GatewaySettings, by uplink: Uplink) async throws {
        let rules = try wanted.rules(in: interface, uplinkIPv6: uplink.ipv6Interface)
        let isOurs = journal.hasForwarding
        try journal.record(Self.tableChange)
        // New rules know nothing of the flows that stand, so what is as it should be stays.
        if await !stand(rules) {
            await readCounters()
            try await table.install(rules)
            made = await MadeRules(rules, in: table)
        }
        try journal.apply(ForwardingPlan.current(meshInterface: interface.name, isOurs: isOurs))
    }

    /// Whether these rules are in the kernel, untouched.
    private func stand(_ rules: GatewayRules?) async -> Bool {
        guard var made, made.rules == rules else { return false }
        let isUntouched = await made.stand(in: table)
        self.made = made
        return isUntouched
    }

    private func mendNow() async {
        guard let settings else { return isBroken = false }
        guard case .active(let uplink, _) = phase else {
            if isBroken { await want(settings) }
            return
        }
        let plan = try? ForwardingPlan.current(meshInterface: interface.name, isOurs: journal.hasForwarding)
        let hasRules = await stand(made?.rules)
        guard !hasRules || plan?.switchesForwarding != false else { return }
        repairs += 1
        // Ever more rarely: somebody may undo it every time.
        if repairs.nonzeroBitCount == 1 {
            logger.notice(
                "somebody changed the gateway's rules or forwarding: they are put back",
                metadata: ["rules": "\(hasRules ? "untouched" : "changed")", "times": "\(repairs)"])
        }
        do {
            try await install(settings, by: uplink)
        } catch {
            logger.error("the gateway's rules were not put back", metadata: ["error": "\(error)"])
            isBroken = true
            lose(uplink, "what others changed could not be put back: \(error)", reason: "rules_lost")
        }
    }

    /// Back to the gateway that there was, after new rules may have been installed in vain.
    private func putBack() async {
        guard case .active(let uplink, _) = phase, let settings else { return await undo() }
        do {
            try await install(settings, by: uplink)
        } catch {
            logger.error("the gateway's rules were not put back", metadata: ["error": "\(error)"])
        }
    }

    private func close(forGood: Bool) async {
        let wasActive = isActive
        let uplink = settings?.uplink
        isBroken = false
        if forGood { settings = nil }
        if wasActive { tellRole(false) }
        if case .off = phase {} else { await undo() }
        phase = .off
        meter = GatewayMeter()
        users = GatewayUsers()
        guard wasActive else { return }
        logger.notice("gateway disabled", metadata: ["uplink": "\(uplink ?? "")"])
        publish(.disabled, ["reason": .string(forGood ? "disabled" : "shutdown")])
    }

    /// Forwarding goes before the rules: nothing leaves untranslated.
    private func undo() async {
        for failure in journal.restoreForwarding() {
            logger.error("a kernel setting was not put back", metadata: ["error": "\(failure)"])
        }
        made = nil
        guard journal.changes.contains(Self.tableChange) else { return }
        do {
            try await table.remove()
            try journal.forget(Self.tableChange)
        } catch {
            logger.error("the gateway's rules were not removed", metadata: ["error": "\(error)"])
        }
    }

    private func followUplink() async {
        guard let settings else { return }
        guard case .active(let known, _) = phase else { return await want(settings) }
        guard let interfaces = try? NetworkInterfaces.current() else { return }
        let uplink = Uplink(
            settings.uplink, among: interfaces, defaultRoutes: .current(), meshInterface: interface.name)
        guard interfaces.contains(where: { $0.name == interface.name && $0.isRunning }) else {
            logger.warning("the mesh interface went down", metadata: ["interface": "\(interface.name)"])
            return lose(uplink, "the mesh interface \(interface.name) is not up", reason: "interface_lost")
        }
        guard uplink.leadsOut else {
            logger.warning("the uplink was lost", metadata: ["uplink": "\(uplink.name)"])
            let what = uplink.exists ? "leads nowhere" : "is gone"
            return lose(uplink, "the uplink \(uplink.name) \(what)", reason: "uplink_lost")
        }
        do {
            if uplink.ipv6Interface != known.ipv6Interface { try await install(settings, by: uplink) }
            try journal.apply(
                ForwardingPlan.current(meshInterface: interface.name, isOurs: journal.hasForwarding))
        } catch {
            logger.error("the gateway does not follow its uplink", metadata: ["error": "\(error)"])
        }
        if case .active(_, let since) = phase { phase = .active(uplink, sinceMilliseconds: since) }
    }

    /// Something is missing that may come again.
    private func lose(_ uplink: Uplink, _ what: String, reason: String) {
        tellRole(false)
        phase = .waiting(what)
        publish(.disabled, ["reason": .string(reason), "nat_interface": .string(uplink.name)])
    }

    // States and who hears of them

    private static let tableChange = HostChange.nftTable(name: GatewayRules.table.joined(separator: " "))

    private func wait(for refusal: GatewayRefusal) {
        guard phase != .waiting(refusal.reason) else { return }
        phase = .waiting(refusal.reason)
        logger.error("this node is no gateway: \(refusal.reason)")
        for check in refusal.failures {
            logger.error("\(check.message)", metadata: ["check": "\(check.id.rawValue)", "fix": "\(check.fix ?? "")"])
        }
    }

    private func becomeActive(by uplink: Uplink) {
        isBroken = false
        var since = WallClock.unixMilliseconds
        if case .active(_, let before) = phase { since = before }
        phase = .active(uplink, sinceMilliseconds: since)
        logger.notice(
            "gateway enabled",
            metadata: ["uplink": "\(uplink.name)", "uplink_ipv6": "\(uplink.ipv6Interface ?? "none")"])
        if !isActive { tellRole(true) }
        publish(.enabled, ["nat_interface": .string(uplink.name)])
    }

    private func tellRole(_ isGateway: Bool) {
        activity.store(isGateway, ordering: .relaxed)
        onRoleChange(isGateway)
    }

    func publish(_ kind: GatewayEvent.Kind, _ detail: [String: JSONValue]) {
        let at = RPCTimestamp.now
        events.publish(.gateway, GatewayEvent(kind, at: at, detail: detail))
    }
}

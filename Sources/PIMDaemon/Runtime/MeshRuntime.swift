internal import NIOCore
internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMPlugin
internal import PIMPluginHost
internal import PIMTransport
internal import PIMWire

/// Drives the control plane and the forwarder with real links and real time.
///
/// Decides nothing itself: it turns what links report into inputs, carries effects out in order, and moves mesh frames
/// where the forwarder says.
///
/// `@unchecked Sendable`: every stored variable is touched on `loop` only; entry points assert it.
final class MeshRuntime: LinkObserver, @unchecked Sendable {
    let loop: any EventLoop
    let sender: PayloadSender
    let reporter: MeshReporter
    private var host: PluginHost?
    private var control: ControlPlane
    private(set) var table: ForwardingTable
    private var transport: TCPTransport?
    private(set) var links: [LinkID: any Link] = [:]
    /// Links nothing is read from for a moment, and of which type the peer had sent too much.
    private var resting: [LinkID: FrameType] = [:]
    private var lifeReported: [LinkID: MonotonicTime] = [:]
    private var stalled: [LinkID: [PayloadSender.Entry]] = [:]
    var sealed: SealedTraffic
    /// Carries packets between the interface and the mesh; `nil` without an interface.
    var packets: PacketPlane?
    private var random = SystemRandomNumberGenerator()
    private var timer: Scheduled<Void>?
    private var timerDeadline: MonotonicTime?
    var traffic = MeshTraffic()

    init(
        control: ControlPlane, table: ForwardingTable, loop: any EventLoop, sender: PayloadSender,
        reporter: MeshReporter, referencePeers: ReferencePolicy
    ) {
        self.control = control
        sealed = SealedTraffic(referencePeers: referencePeers)
        self.table = table
        self.loop = loop
        self.sender = sender
        self.reporter = reporter
    }

    private static var now: Moment {
        Moment(monotonic: BootClock.now(), unixMilliseconds: WallClock.unixMilliseconds)
    }

    // MARK: Driving the control plane

    /// Takes what links and payloads need. Comes before anything listens: an accepted link may lead to a dial.
    func prepare(over transport: TCPTransport, host: PluginHost) {
        loop.preconditionInEventLoop()
        self.transport = transport
        self.host = host
        sender.onWork { [self] in drainSender() }
    }

    /// Starts: the first tick dials the configured peers.
    func start() { handle(.tick) }

    /// Lets go of everything, once all links are closed; plugin host and payload sender lead back here.
    func finish() {
        loop.preconditionInEventLoop()
        timer?.cancel()
        sender.onWork {}
        host = nil
        transport = nil
    }

    func handle(_ input: ControlInput) {
        loop.preconditionInEventLoop()
        step(input)
        if case .tick = input { reportUse() }
        reportSessions()
        scheduleTick()
    }

    /// One step of the control plane with all its effects. Effects never lead to another step: what they report waits.
    private func step(_ input: ControlInput) {
        let now = Self.now
        for effect in control.handle(input, at: now, using: &random) {
            carryOut(effect, at: now)
        }
    }

    /// Tells the control plane what the data plane found out meanwhile.
    func reportSessions() {
        while case let reports = sealed.takeReports(), !reports.isEmpty {
            for report in reports { step(report) }
        }
    }

    /// Whether payloads that were accepted still wait for their session.
    var isAwaitingSessions: Bool {
        loop.preconditionInEventLoop()
        return sealed.isAnythingWaiting
    }

    /// The state of the mesh at this instant.
    func state() -> MeshState {
        loop.preconditionInEventLoop()
        return MeshState(of: control, traffic, at: BootClock.now())
    }

    private func carryOut(_ effect: ControlEffect, at now: Moment) {
        switch effect {
        case .dial(let dial, let address):
            transport?.dial(dial, address: address)
        case .send(let link, let type, let payload):
            // The peer hangs up when it reads Goodbye, so that goes behind the data; everything else goes ahead of it.
            let isGoodbye = type == .control && payload.first == ControlFrame.Tag.goodbye
            transmit(.direct(type, payload), on: link, lane: isGoodbye ? .final : .control)
        case .sendMesh(let link, let frame):
            transmit(.meshBytes(frame.header, frame.payload), on: link, lane: .control)
        case .installSession(let link, let key, let noncePrefix, let previousLifetime, let isSealed):
            install(key, noncePrefix: noncePrefix, previousLifetime: previousLifetime, isSealed: isSealed, on: link)
        case .proposeSession(let link, let key, let noncePrefix, let trial, let lifetime):
            try? links[link]?.proposeSession(key, noncePrefix: noncePrefix, trial: trial, lifetime: lifetime)
        case .session(let effect):
            carryOut(effect)
        case .pin(let node, let features):
            reporter.pinned(node, features)
        case .restrict(let address, let isRestricted):
            transport?.restrict(address, isRestricted)
        case .rest(let link, let type, let pause):
            rest(link, from: type, for: pause)
        case .close(let link, let reason):
            links[link]?.close(reason)
        case .publish(let table):
            if table.gateway != self.table.gateway { reporter.gatewayChosen(table.gateway) }
            self.table = table
            sender.update(table)
            sealed.waysChanged()
            redispatchStalled()
            flushParked(at: now.monotonic)
        case .peerInfo(let source, let key, let name, let carrier, let isSigned, let announce):
            let evicted = reporter.peerInfo(
                source, key: key, name: name, via: carrier, isSigned: isSigned, announce: announce, at: now)
            forget(evicted)
        case .deliver(let payload, let source, _, let isSealed):
            deliver(payload, from: source, arrival: .direct, security: isSealed ? .link : .unauthenticated)
        case .trust(let node):
            reporter.trusted(node)
        case .distrust(let node):
            reporter.distrusted(node)
        case .event(let event):
            reporter.event(event)
        }
    }

    /// Rows that left the directory take pins and sessions with them, after the step at hand.
    private func forget(_ nodes: [NodeID]) {
        guard !nodes.isEmpty else { return }
        loop.execute { [self] in
            for node in nodes { handle(.request(.forget(node))) }
        }
    }

    private func carryOut(_ effect: SessionEffect) {
        switch effect {
        case .establish(let id, let peer, _): sender.update(.sealed(id), to: peer)
        case .carry(let node, let carriage): sender.update(carriage, to: node)
        case .add, .remove, .features: break
        }
        let (released, confirmation) = sealed.apply(effect)
        switch effect {
        case .establish(_, let node, _), .carry(let node, _): packets?.carriageChanged(to: node)
        case .add, .remove, .features: break
        }
        dispatch(released.map { PayloadSender.Entry(outgoing: $0, link: nil) })
        guard let confirmation, case .establish(_, let peer, _) = effect, let next = table.routes[peer]?.link else {
            return
        }
        let header = Origination.header(from: table.own, to: peer, payloadLength: confirmation.count)
        transmit(.meshBytes(header, confirmation), on: next, lane: .data)
    }

    private func install(
        _ key: SessionKey, noncePrefix: UInt64, previousLifetime: Duration, isSealed: Bool, on link: LinkID
    ) {
        guard let link = links[link] else { return }
        do {
            try link.installSession(
                key, noncePrefix: noncePrefix, previousLifetime: previousLifetime, isSealed: isSealed)
            lifeReported[link.id] = nil
            if isSealed { sender.noteSealed(link.id) }
        } catch {
            link.close(.handshakeRefused)
        }
    }

    private func transmit(_ frame: OutboundFrame, on id: LinkID, lane: Lane) {
        guard let link = links[id] else { return }
        if link.send(frame, lane: lane) == .congested { traffic.count(.congested) }
    }

    func scheduleTick() {
        let deadlines = [control.nextDeadline, sealed.nextDeadline].compactMap(\.self)
        guard let deadline = deadlines.min(), deadline != timerDeadline else { return }
        timer?.cancel()
        timerDeadline = deadline
        // The loop's own timers stand still while the machine sleeps: it looks soon after it wakes.
        let delay = min(BootClock.now().duration(to: deadline), .seconds(5))
        timer = loop.scheduleTask(in: .nanoseconds(max(0, delay.wholeNanoseconds))) { [self] in
            timerDeadline = nil
            let expired = sealed.expire(at: BootClock.now())
            if !expired.isEmpty { sender.noteFailed(expired) }
            for _ in expired { traffic.drop(.sessionMissing) }
            packets?.expire(at: BootClock.now())
            handle(.tick)
        }
    }

    // MARK: Links

    func linkOpened(_ link: any Link, direction: LinkDirection, preamble: NodeID?) {
        links[link.id] = link
        handle(
            .linkOpened(
                link.id, direction: direction, preamble: preamble, remoteAddress: link.remoteAddress,
                localAddress: link.localAddress))
    }

    func linkClosed(_ link: any Link, reason: LinkCloseReason) {
        guard links.removeValue(forKey: link.id) != nil else { return }
        lifeReported[link.id] = nil
        sender.noteClosed(link.id)
        if let counter = reason.counter { traffic.count(counter) }
        handle(.linkClosed(link.id, reason: reason))
        redispatchStalled()
    }

    func dialFailed(_ dial: DialID, reason: String) {
        handle(.dialFailed(dial, reason: reason))
    }

    func transportCounted(_ counter: MeshCounter, times: Int) {
        traffic.count(counter, times: times)
    }

    func strangerMisbehaved(_ misdeed: StrangerMisdeed, from address: AddressGroup) {
        handle(.strangerMisbehaved(misdeed, from: address))
    }

    func link(_ link: any Link, shed frames: Int) {
        for _ in 0..<frames { traffic.drop(.congested) }
    }

    func link(_ link: any Link, provedSession noncePrefix: UInt64) {
        handle(.sessionProven(link.id, noncePrefix: noncePrefix))
    }

    func linkBecameWritable(_ link: any Link) {
        pumpStalled(link.id)
    }

    func link(_ link: any Link, received frame: LinkFrame) {
        switch frame {
        case .handshake(let message):
            handle(.handshake(link.id, message))
        case .direct(let type, let payload)
        where resting[link.id] == type && payload.first != ControlFrame.Tag.pluginPayload:
            // The rest of the same reading; a step for each would cost everybody else. Payloads have a budget of their own.
            traffic.count(.controlOverLimit)
        case .direct(let type, let payload):
            handle(.directFrame(link.id, type, payload))
        case .mesh(let header, let payload):
            reportLife(of: link.id)
            forward(header, payload, from: link.id)
        case .dropped(let counter):
            traffic.count(counter)
            if counter.isMisbehaviour { handle(.badFrame(link.id, opened: counter.isProven)) }
        }
    }

    private func rest(_ link: LinkID, from type: FrameType, for pause: Duration) {
        guard resting.updateValue(type, forKey: link) == nil else { return }
        links[link]?.rest(for: pause)
        loop.scheduleTask(in: TimeAmount(pause)) { [weak self] in self?.resting[link] = nil }
    }

    /// Frames that open are proof of life and confirm a session; telling the control plane once a second is enough.
    private func reportLife(of link: LinkID) {
        let now = BootClock.now()
        if let last = lifeReported[link], last.duration(to: now) < .seconds(1) { return }
        lifeReported[link] = now
        handle(.dataOpened(link))
    }

    /// Tells the control plane which links have sealed and opened so much that their keys may want renewing.
    private func reportUse() {
        for (id, link) in links {
            let frames = max(link.counters.framesSent, link.counters.framesOpened)
            if frames > control.framesWorthReporting { handle(.linkUsed(id, frames: frames)) }
        }
    }

    // MARK: Mesh frames

    private func forward(_ header: MeshHeader, _ payload: ByteBuffer, from link: LinkID) {
        switch Forwarder.decide(header, from: link, table: table) {
        case .deliverControl where SealedFrameHeader.isSealed(payload.readableBytesView.first):
            open(payload, from: header.source, via: link)
        case .deliverControl:
            deliver(payload, from: header.source, via: link)
        case .deliverPacket:
            deliverPacket(header, payload)
        case .relay(let next):
            relay(header, payload, from: link, over: next)
        case .drop(let counter):
            traffic.drop(counter)
        }
    }

    private func relay(_ header: MeshHeader, _ payload: ByteBuffer, from ingress: LinkID, over next: LinkID) {
        guard let link = links[next] else { return traffic.drop(.noRoute) }
        var onward = header
        onward.ttl -= 1
        switch link.send(.mesh(onward, payload), lane: .data, from: ingress) {
        case .queued: traffic.forwarded(bytes: payload.readableBytes)
        case .congested: traffic.drop(.congested)
        case .closed: traffic.drop(.noRoute)
        }
    }

    private func deliver(_ payload: ByteBuffer, from source: NodeID, via link: LinkID) {
        let frame: ControlFrame
        do {
            frame = try payload.withUnsafeReadableBytes { try ControlFrame.decode($0) }
        } catch {
            traffic.drop(.controlMalformed)
            return
        }
        guard case .pluginPayload(let plugin) = frame else {
            return handle(.routedControl(source: source, frame, via: link))
        }
        deliver(plugin, from: source, arrival: .routed, security: .unauthenticated)
    }

    /// A sealed frame for this node. Its session may stand only from now on, so the control plane hears of it before the
    /// plugin does and may answer.
    private func open(_ payload: ByteBuffer, from source: NodeID, via link: LinkID) {
        let opening = payload.withMeshPayload { frame in
            let opening = sealed.open(frame, from: source, via: link, at: BootClock.now())
            if case .packets(let records) = opening { deliverPackets(records, from: source) }
            return opening
        }
        if sealed.hasReports {
            reportSessions()
            scheduleTick()
        }
        switch opening {
        case .payload(let payload): deliver(payload, from: source, arrival: .routed, security: .endToEnd)
        case .confirmation, .packets: break
        case .dropped(let counter): traffic.drop(counter)
        }
    }

    private func deliverPackets(_ records: UnsafeMutableRawBufferPointer, from source: NodeID) {
        guard let packets else { return traffic.count(.packetWithoutInterface) }
        packets.deliver(records, from: source)
    }

    /// A packet in reference form. In the name of a node that seals its packets nothing else counts.
    private func deliverPacket(_ header: MeshHeader, _ payload: ByteBuffer) {
        guard let packets else { return traffic.count(.packetWithoutInterface) }
        guard !control.refusesReferencePackets(of: header.source) else { return traffic.drop(.referenceFormRefused) }
        payload.withMeshPayload { packets.deliverReference(header, $0) }
    }

    /// What it is worth follows from how it came (`design/extensions.md` §6). In the name of a node that seals, nothing
    /// else counts.
    private func deliver(
        _ payload: PluginPayload, from source: NodeID, arrival: PayloadArrival, security: PayloadSecurity
    ) {
        guard security > .unauthenticated || !control.refusesReferenceForms(of: source) else {
            return traffic.drop(.referenceFormRefused)
        }
        _ = host?.deliver(
            InboundPayload(
                source: source, kind: payload.kind, body: payload.body, arrival: arrival, security: security))
    }

    // MARK: Payloads of plugins

    private func drainSender() {
        loop.preconditionInEventLoop()
        dispatch(sender.takeInbox())
        reportSessions()
        scheduleTick()
    }

    /// Hands payloads to the links the present table names. What a full link refuses waits for that link, and what comes
    /// for it later waits behind, so that payloads to one destination keep their order.
    private func dispatch(_ entries: [PayloadSender.Entry]) {
        var settled: [LinkID: Int] = [:]
        for entry in entries where !isWaiting(entry) {
            if let link = entry.link { settled[link, default: 0] += entry.outgoing.size }
        }
        if !settled.isEmpty { sender.settled(bytes: settled) }
    }

    /// Whether the entry has to wait for its link; otherwise it is with its link, waits for a session, or is dropped and
    /// counted.
    private func isWaiting(_ entry: PayloadSender.Entry) -> Bool {
        guard let next = table.link(for: entry.outgoing), let link = links[next] else {
            park(entry.outgoing, orDrop: .noRoute)
            return false
        }
        if stalled[next] == nil {
            switch transmit(entry.outgoing, on: link) {
            case .queued, nil: return false
            case .congested: break
            case .closed:
                park(entry.outgoing, orDrop: .noRoute)
                return false
            }
        }
        // What waits is counted against the link it was accepted for, and bounded by that: it may not outlive it.
        guard entry.link.map({ links[$0] != nil }) ?? true else {
            park(entry.outgoing, orDrop: .congested)
            return false
        }
        stalled[next, default: []].append(entry)
        return true
    }

    /// Gives a payload the form it travels in and hands it to the link; `nil` when it waits for a session or has no form.
    private func transmit(_ outgoing: OutgoingPayload, on link: any Link) -> LinkSendResult? {
        let node = outgoing.destination
        let isClearAllowed = !outgoing.demandsSealing && sealed.carriage(to: node) == .reference
        if outgoing.isDirect, link.isSealed || isClearAllowed {
            guard let frame = try? ControlFrame.pluginPayload(outgoing.payload).encode() else {
                traffic.drop(.noWireForm)
                sender.noteFailed([outgoing])
                return nil
            }
            return link.send(.direct(.control, frame), lane: .data)
        }
        let (form, dropped) = sealed.form(of: outgoing, at: BootClock.now())
        if !dropped.isEmpty { sender.noteFailed(dropped) }
        for _ in dropped { traffic.drop(.sessionWaitFull) }
        switch form {
        case .frame(let frame, _):
            let header = Origination.header(from: table.own, to: node, payloadLength: frame.count)
            return link.send(.meshBytes(header, frame), lane: .data)
        case .waits: return nil
        case .impossible:
            traffic.drop(.noWireForm)
            sender.noteFailed([outgoing])
            return nil
        }
    }

    private func pumpStalled(_ link: LinkID) {
        guard let waiting = stalled.removeValue(forKey: link) else { return }
        dispatch(waiting)
        reportSessions()
        scheduleTick()
    }

    /// The table changed or a link is gone: what waited for one link may have to take another.
    private func redispatchStalled() {
        guard !stalled.isEmpty else { return }
        let waiting = stalled
        stalled = [:]
        for link in waiting.keys.sorted() { dispatch(waiting[link] ?? []) }
    }

    /// What was accepted and has lost its way waits for another one.
    private func park(_ outgoing: OutgoingPayload, orDrop counter: MeshCounter) {
        sender.noteFailed([outgoing])
        if !sender.park(outgoing, at: BootClock.now()) { traffic.drop(counter) }
    }

    private func flushParked(at now: MonotonicTime) {
        dispatch(sender.takeParked(at: now).map { PayloadSender.Entry(outgoing: $0, link: nil) })
    }
}

extension LinkCloseReason {
    /// What the end of a link counts as, where it is somebody's fault and nothing else counts it.
    fileprivate var counter: MeshCounter? {
        switch self {
        case .brokenFraming, .notANode: .streamBroken
        case .strangerTalksTooMuch: .strangerTalkedTooMuch
        default: nil
        }
    }
}

extension MeshCounter {
    /// A payload that cannot be encoded or sealed.
    static let noWireForm = MeshCounter(rawValue: "drop_no_wire_form")
    /// A link closed because its stream of frames broke.
    static let streamBroken = MeshCounter(rawValue: "stream_broken")
    /// A link closed because an unauthenticated peer sent more than a handshake takes.
    static let strangerTalkedTooMuch = MeshCounter(rawValue: "stranger_talked_too_much")
}

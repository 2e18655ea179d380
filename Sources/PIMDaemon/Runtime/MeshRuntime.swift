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
    private let reporter: MeshReporter
    private var host: PluginHost?
    private var control: ControlPlane
    private(set) var table: ForwardingTable
    private var transport: TCPTransport?
    private var links: [LinkID: any Link] = [:]
    private var lifeReported: [LinkID: MonotonicTime] = [:]
    private var stalled: [LinkID: [PayloadSender.Entry]] = [:]
    private var random = SystemRandomNumberGenerator()
    private var timer: Scheduled<Void>?
    private var timerDeadline: MonotonicTime?
    private(set) var traffic = MeshTraffic()

    init(
        control: ControlPlane, table: ForwardingTable, loop: any EventLoop, sender: PayloadSender,
        reporter: MeshReporter
    ) {
        self.control = control
        self.table = table
        self.loop = loop
        self.sender = sender
        self.reporter = reporter
    }

    /// Below this many frames on a link the control plane need not know.
    private static let worthReporting: UInt64 = 1 << 24

    private static var now: Moment {
        Moment(monotonic: BootClock.now(), unixMilliseconds: WallClock.unixMilliseconds)
    }

    // MARK: Driving the control plane

    /// Starts: the first tick dials the configured peers.
    func start(over transport: TCPTransport, host: PluginHost) {
        loop.preconditionInEventLoop()
        self.transport = transport
        self.host = host
        sender.onWork { [self] in drainSender() }
        handle(.tick)
    }

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
        let now = Self.now
        for effect in control.handle(input, at: now, using: &random) {
            carryOut(effect, at: now)
        }
        if case .tick = input { reportUse() }
        scheduleTick()
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
            transmit(.clear(type, payload), on: link, lane: isGoodbye ? .data : .control)
        case .sendMesh(let link, let frame):
            transmit(.meshBytes(frame.header, frame.payload), on: link, lane: .control)
        case .installSession(let link, let key, let noncePrefix, let previousLifetime):
            install(key, noncePrefix: noncePrefix, previousLifetime: previousLifetime, on: link)
        case .close(let link, let reason):
            links[link]?.close(reason)
        case .publish(let table):
            self.table = table
            sender.update(table)
            redispatchStalled()
        case .peerInfo(let source, let key, let name, let carrier, let announce):
            reporter.peerInfo(source, key: key, name: name, via: carrier, announce: announce, at: now)
        case .deliver(let payload, let source, _):
            deliver(payload, from: source, arrival: .direct)
        case .trust(let node):
            reporter.trusted(node)
        case .event(let event):
            if case .peerConnected(let peer, let link) = event { flushParked(for: peer, on: link, at: now.monotonic) }
            reporter.event(event)
        }
    }

    private func install(_ key: SessionKey, noncePrefix: UInt64, previousLifetime: Duration, on link: LinkID) {
        guard let link = links[link] else { return }
        do {
            try link.installSession(key, noncePrefix: noncePrefix, previousLifetime: previousLifetime)
            lifeReported[link.id] = nil
        } catch {
            link.close(.handshakeRefused)
        }
    }

    private func transmit(_ frame: OutboundFrame, on id: LinkID, lane: Lane) {
        guard let link = links[id] else { return }
        if link.send(frame, lane: lane) == .congested { traffic.count(.congested) }
    }

    private func scheduleTick() {
        guard let deadline = control.nextDeadline, deadline != timerDeadline else { return }
        timer?.cancel()
        timerDeadline = deadline
        let delay = BootClock.now().duration(to: deadline)
        timer = loop.scheduleTask(in: .nanoseconds(max(0, delay.wholeNanoseconds))) { [self] in
            timerDeadline = nil
            handle(.tick)
        }
    }

    // MARK: Links

    func linkOpened(_ link: any Link, direction: LinkDirection, preamble: NodeID?) {
        links[link.id] = link
        handle(.linkOpened(link.id, direction: direction, preamble: preamble, remoteAddress: link.remoteAddress))
    }

    func linkClosed(_ link: any Link, reason: LinkCloseReason) {
        guard links.removeValue(forKey: link.id) != nil else { return }
        lifeReported[link.id] = nil
        if let counter = reason.counter { traffic.count(counter) }
        handle(.linkClosed(link.id, reason: reason))
        redispatchStalled()
    }

    func dialFailed(_ dial: DialID, reason: String) {
        handle(.dialFailed(dial, reason: reason))
    }

    func transportCounted(_ counter: MeshCounter) {
        traffic.count(counter)
    }

    func linkBecameWritable(_ link: any Link) {
        pumpStalled(link.id)
    }

    func link(_ link: any Link, received frame: LinkFrame) {
        switch frame {
        case .handshake(let message):
            handle(.handshake(link.id, message))
        case .clear(let type, let payload):
            handle(.clearFrame(link.id, type, payload))
        case .mesh(let header, let payload):
            reportLife(of: link.id)
            forward(header, payload, from: link.id)
        case .dropped(let counter):
            traffic.count(counter)
            if counter.isMisbehaviour { handle(.badFrame(link.id)) }
        }
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
            if frames > Self.worthReporting { handle(.linkUsed(id, frames: frames)) }
        }
    }

    // MARK: Mesh frames

    private func forward(_ header: MeshHeader, _ payload: ByteBuffer, from link: LinkID) {
        switch Forwarder.decide(header, from: link, table: table) {
        case .deliverControl:
            deliver(payload, from: header.source, via: link)
        case .deliverPacket:
            traffic.count(.packetWithoutInterface)
        case .relay(let next):
            relay(header, payload, over: next)
        case .drop(let counter):
            traffic.drop(counter)
        }
    }

    private func relay(_ header: MeshHeader, _ payload: ByteBuffer, over next: LinkID) {
        guard let link = links[next] else { return traffic.drop(.noRoute) }
        var onward = header
        onward.ttl -= 1
        switch link.send(.mesh(onward, payload), lane: .data) {
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
        deliver(plugin, from: source, arrival: .routed)
    }

    /// Nothing this build receives proves who sent it (`design/extensions.md` §6).
    private func deliver(_ payload: PluginPayload, from source: NodeID, arrival: PayloadArrival) {
        _ = host?.deliver(
            InboundPayload(
                source: source, kind: payload.kind, body: payload.body, arrival: arrival, security: .unauthenticated))
    }

    // MARK: Payloads of plugins

    private func drainSender() {
        loop.preconditionInEventLoop()
        dispatch(sender.takeInbox())
    }

    /// Hands payloads to the links the present table names. What a full link refuses waits for that link, and what comes
    /// for it later waits behind, so that payloads to one destination keep their order.
    private func dispatch(_ entries: [PayloadSender.Entry]) {
        var settled: [LinkID: Int] = [:]
        for entry in entries where !isWaiting(entry) {
            settled[entry.link, default: 0] += entry.frame.count
        }
        if !settled.isEmpty { sender.settled(bytes: settled) }
    }

    /// Whether the entry has to wait; otherwise it is with its link, or dropped and counted.
    private func isWaiting(_ entry: PayloadSender.Entry) -> Bool {
        guard let next = table.link(to: entry.destination, by: entry.route), let link = links[next] else {
            traffic.drop(.noRoute)
            return false
        }
        if stalled[next] == nil {
            switch transmit(entry, on: link) {
            case .queued: return false
            case .congested: break
            case .closed:
                traffic.drop(.noRoute)
                return false
            }
        }
        // What waits is counted against the link it was accepted for, and bounded by that: it may not outlive it.
        guard links[entry.link] != nil else {
            traffic.drop(.congested)
            return false
        }
        stalled[next, default: []].append(entry)
        return true
    }

    private func transmit(_ entry: PayloadSender.Entry, on link: any Link) -> LinkSendResult {
        switch entry.route {
        case .direct:
            return link.send(.clear(.control, entry.frame), lane: .data)
        case .routed:
            let header = Origination.header(
                from: table.own, to: entry.destination, payloadLength: entry.frame.count)
            return link.send(.meshBytes(header, entry.frame), lane: .data)
        }
    }

    private func pumpStalled(_ link: LinkID) {
        if let waiting = stalled.removeValue(forKey: link) { dispatch(waiting) }
    }

    /// The table changed or a link is gone: what waited for one link may have to take another.
    private func redispatchStalled() {
        guard !stalled.isEmpty else { return }
        let waiting = stalled
        stalled = [:]
        for link in waiting.keys.sorted() { dispatch(waiting[link] ?? []) }
    }

    private func flushParked(for peer: NodeID, on link: LinkID, at now: MonotonicTime) {
        for frame in sender.takeParked(for: peer, at: now) {
            transmit(.clear(.control, frame), on: link, lane: .data)
        }
    }
}

extension LinkCloseReason {
    /// What the end of a link counts as, where it is somebody's fault and nothing else counts it.
    fileprivate var counter: MeshCounter? {
        switch self {
        case .brokenFraming: .streamBroken
        case .strangerTalksTooMuch: .strangerTalkedTooMuch
        default: nil
        }
    }
}

extension MeshCounter {
    /// A link closed because its stream of frames broke.
    static let streamBroken = MeshCounter(rawValue: "stream_broken")
    /// A link closed because an unauthenticated peer sent more than a handshake takes.
    static let strangerTalkedTooMuch = MeshCounter(rawValue: "stranger_talked_too_much")
}

import NIOCore
import PIMCore
import PIMCrypto
import PIMNode
import PIMPlugin
import PIMTransport
import PIMWire

/// One run of one node: a control plane and a data plane driven over in-memory links, from start to crash or shutdown.
/// What a daemon does with sockets and clocks, this does with virtual ones.
final class SimulatedDaemon: LinkObserver {
    let node: MeshNode
    private(set) var plane: ControlPlane
    private(set) var table: ForwardingTable
    private(set) var isRunning = true
    private(set) var dropped: [MeshCounter: UInt64] = [:]

    private unowned let mesh: SimulatedMesh
    private let clockOffset: Duration
    private var random: SeededGenerator
    private var links: [LinkID: any Link] = [:]
    private var reported: [LinkID: MonotonicTime] = [:]
    private var wakesAt: MonotonicTime?
    private var sealed = SealedTraffic()

    init(
        node: MeshNode, mesh: SimulatedMesh, identity: Identity, meshKey: MeshKey?,
        configuration: ControlConfiguration, clockOffset: Duration, random: SeededGenerator
    ) {
        self.node = node
        self.mesh = mesh
        self.clockOffset = clockOffset
        self.random = random
        plane = ControlPlane(
            configuration: configuration, identity: identity, meshKey: meshKey,
            at: mesh.moment(clockOffset: clockOffset))
        table = plane.forwardingTable
        wake(at: mesh.time)
    }

    /// Stops without a word; what its links still report is not listened to.
    func stop() {
        isRunning = false
        links = [:]
    }

    // MARK: Control plane

    func apply(_ input: ControlInput) {
        guard isRunning else { return }
        step(input)
        reportSessions()
    }

    private func step(_ input: ControlInput) {
        let effects = plane.handle(input, at: mesh.moment(clockOffset: clockOffset), using: &random)
        mesh.inspect(effects, after: input, at: self)
        for effect in effects { carryOut(effect) }
    }

    /// What the data plane found out meanwhile, then when to look again.
    private func reportSessions() {
        while case let reports = sealed.takeReports(), !reports.isEmpty {
            for report in reports { step(report) }
        }
        if let deadline = [plane.nextDeadline, sealed.nextDeadline].compactMap(\.self).min() { wake(at: deadline) }
    }

    private func wake(at deadline: MonotonicTime) {
        let due = max(deadline, mesh.time)
        if let wakesAt, wakesAt <= due { return }
        wakesAt = due
        mesh.schedule(at: due) { [weak self] in
            guard let self, isRunning, wakesAt == due else { return }
            wakesAt = nil
            dropped[.sessionMissing, default: 0] += UInt64(sealed.expire(at: mesh.time).count)
            apply(.tick)
            reportUse()
        }
    }

    private func reportUse() {
        for link in links.values.sorted(by: { $0.id < $1.id }) {
            let frames = max(link.counters.framesSent, link.counters.framesOpened)
            if frames > plane.framesWorthReporting { apply(.linkUsed(link.id, frames: frames)) }
        }
    }

    private func carryOut(_ effect: ControlEffect) {
        switch effect {
        case .dial(let dial, let address): mesh.dial(dial, address: address, from: self)
        case .send(let link, let type, let bytes):
            _ = links[link]?.send(.direct(type, bytes), lane: .control)
        case .sendMesh(let link, let frame):
            _ = links[link]?.send(.meshBytes(frame.header, frame.payload), lane: .control)
        case .session(let effect): carryOut(effect)
        case .installSession(let link, let key, let prefix, let lifetime, let isSealed):
            reported[link] = nil
            do {
                try links[link]?.installSession(
                    key, noncePrefix: prefix, previousLifetime: lifetime, isSealed: isSealed)
            } catch {
                mesh.report("\(node): \(link) refused its session: \(error)")
            }
        case .proposeSession(let link, let key, let prefix, let trial, let lifetime):
            do {
                try links[link]?.proposeSession(key, noncePrefix: prefix, trial: trial, lifetime: lifetime)
            } catch {
                mesh.report("\(node): \(link) refused its session: \(error)")
            }
        case .rest(let link, _, let pause): links[link]?.rest(for: pause)
        case .close(let link, let reason): links[link]?.close(reason)
        case .publish(let published):
            table = published
            sealed.waysChanged()
            mesh.noteTableChange()
        case .deliver(let payload, let source, _, let isSealed):
            deliver(payload, from: source, security: isSealed ? .link : .unauthenticated, ttl: 0)
        case .peerInfo(let source, let key, _, _, let isSigned, _):
            mesh.noteKey(key, of: source, isSigned: isSigned, at: node)
        case .pin(let node, let features): mesh.notePin(features, of: node, at: self.node)
        case .trust, .distrust, .restrict, .event: return
        }
    }

    private func carryOut(_ effect: SessionEffect) {
        let (released, confirmation) = sealed.apply(effect)
        for payload in released { _ = transmit(payload) }
        guard let confirmation, case .establish(_, let peer, _) = effect else { return }
        sendRouted(confirmation, to: peer)
    }

    // MARK: Sending

    func send(_ payload: PluginPayload, to destination: NodeID, demandsSealing: Bool) -> SendOutcome {
        guard isRunning else { return .notRunning }
        defer { reportSessions() }
        guard destination != plane.nodeID, table.routes[destination] != nil else { return .noRoute }
        guard payload.body.count <= SealedPayload.bodyLimit(kindLength: payload.kind.utf8.count) else {
            return .tooLarge
        }
        return transmit(
            OutgoingPayload(destination: destination, payload: payload, demandsSealing: demandsSealing))
    }

    private func transmit(_ outgoing: OutgoingPayload) -> SendOutcome {
        let (form, overflow) = sealed.form(of: outgoing, at: mesh.time)
        dropped[.sessionWaitFull, default: 0] += UInt64(overflow.count)
        switch form {
        case .frame(let frame, _): return sendRouted(frame, to: outgoing.destination)
        case .waits: return .queued
        case .impossible: return .tooLarge
        }
    }

    @discardableResult
    private func sendRouted(_ frame: [UInt8], to destination: NodeID) -> SendOutcome {
        guard let route = table.routes[destination] else { return .noRoute }
        let header = Origination.header(from: table.own, to: destination, payloadLength: frame.count)
        return links[route.link]?.send(.meshBytes(header, frame), lane: .data) == .queued ? .queued : .congested
    }

    /// Sends a mesh frame as it is, whatever it claims, over the link to its destination's next hop.
    func send(_ frame: MeshFrame) {
        guard let link = table.routes[frame.destination]?.link else { return }
        _ = links[link]?.send(.meshBytes(frame.header, frame.payload), lane: .data)
    }

    /// Sends a frame of any type as it is over the link to a neighbour.
    func send(_ type: FrameType, _ bytes: [UInt8], to neighbour: NodeID) {
        guard let link = table.neighbours[neighbour] else { return }
        _ = links[link]?.send(.direct(type, bytes), lane: .data)
    }

    /// How payloads to a node travel.
    func carriage(to node: NodeID) -> PayloadCarriage { sealed.carriage(to: node) }

    /// Whether a link of this node is sealed.
    func isSealed(_ link: LinkID) -> Bool { links[link]?.isSealed == true }

    /// Whether a link of this node has a session, as the link itself sees it.
    func hasSession(on link: LinkID) -> Bool { links[link]?.hasSession == true }

    var openLinks: [LinkID] { links.keys.sorted() }

    // MARK: LinkObserver

    func linkOpened(_ link: any Link, direction: LinkDirection, preamble: NodeID?) {
        guard isRunning else { return link.close(.connectionLost) }
        links[link.id] = link
        apply(
            .linkOpened(
                link.id, direction: direction, preamble: preamble, remoteAddress: link.remoteAddress,
                localAddress: link.localAddress))
    }

    func link(_ link: any Link, received frame: LinkFrame) {
        guard isRunning else { return }
        switch frame {
        case .handshake(let message): apply(.handshake(link.id, message))
        case .direct(let type, let bytes): apply(.directFrame(link.id, type, bytes))
        case .mesh(let header, let payload): receive(header, payload, on: link)
        case .dropped(let counter):
            dropped[counter, default: 0] += 1
            if counter.isMisbehaviour { apply(.badFrame(link.id, opened: counter.isProven)) }
        }
    }

    func link(_ link: any Link, provedSession noncePrefix: UInt64) {
        guard isRunning else { return }
        apply(.sessionProven(link.id, noncePrefix: noncePrefix))
    }

    func linkBecameWritable(_ link: any Link) {}

    func linkClosed(_ link: any Link, reason: LinkCloseReason) {
        links[link.id] = nil
        reported[link.id] = nil
        mesh.connectionEnded(link.id)
        apply(.linkClosed(link.id, reason: reason))
    }

    func dialFailed(_ dial: DialID, reason: String) { apply(.dialFailed(dial, reason: reason)) }

    // MARK: Data plane

    private func receive(_ header: MeshHeader, _ payload: ByteBuffer, on link: any Link) {
        reportLife(of: link.id)
        switch Forwarder.decide(header, from: link.id, table: table) {
        case .relay(let next):
            var relayed = header
            relayed.ttl -= 1
            mesh.noteRelayed()
            if let interference = mesh.interference[node] {
                let frame = MeshFrame(relayed, Array(payload.readableBytesView))
                return interference(frame).forEach(send)
            }
            let result = links[next]?.send(.mesh(relayed, payload), lane: .data, from: link.id) ?? .closed
            if result != .queued { dropped[.congested, default: 0] += 1 }
        case .deliverControl where SealedFrameHeader.isSealed(payload.readableBytesView.first):
            open(payload, header, on: link)
        case .deliverControl:
            guard let frame = try? ControlFrame.decode(Array(payload.readableBytesView)) else {
                return apply(.badFrame(link.id, opened: true))
            }
            if case .pluginPayload(let payload) = frame {
                deliver(payload, from: header.source, security: .unauthenticated, ttl: header.ttl)
            } else {
                apply(.routedControl(source: header.source, frame, via: link.id))
            }
        case .deliverPacket: dropped[.packetWithoutInterface, default: 0] += 1
        case .drop(let counter): dropped[counter, default: 0] += 1
        }
    }

    private func open(_ payload: ByteBuffer, _ header: MeshHeader, on link: any Link) {
        var frame = Array(payload.readableBytesView)
        let opening = frame.withUnsafeMutableBytes {
            sealed.open($0, from: header.source, via: link.id, at: mesh.time)
        }
        reportSessions()
        switch opening {
        case .payload(let payload): deliver(payload, from: header.source, security: .endToEnd, ttl: header.ttl)
        case .packets: dropped[.packetWithoutInterface, default: 0] += 1
        case .confirmation: return
        case .dropped(let counter): dropped[counter, default: 0] += 1
        }
    }

    private func deliver(_ payload: PluginPayload, from source: NodeID, security: PayloadSecurity, ttl: UInt8) {
        guard security > .unauthenticated || !plane.refusesReferenceForms(of: source) else {
            return dropped[.referenceFormRefused, default: 0] += 1
        }
        mesh.deliver(payload, from: source, to: node, security: security, ttl: ttl)
    }

    /// The first opened frame of a session, and then at most one a second.
    private func reportLife(of link: LinkID) {
        if let last = reported[link], last.duration(to: mesh.time) < .seconds(1) { return }
        reported[link] = mesh.time
        apply(.dataOpened(link))
    }
}

import NIOCore
import PIMCore
import PIMCrypto
import PIMNode
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
        let effects = plane.handle(input, at: mesh.moment(clockOffset: clockOffset), using: &random)
        mesh.inspect(effects, after: input, at: self)
        for effect in effects { carryOut(effect) }
        if let deadline = plane.nextDeadline { wake(at: deadline) }
    }

    private func wake(at deadline: MonotonicTime) {
        let due = max(deadline, mesh.time)
        if let wakesAt, wakesAt <= due { return }
        wakesAt = due
        mesh.schedule(at: due) { [weak self] in
            guard let self, isRunning, wakesAt == due else { return }
            wakesAt = nil
            apply(.tick)
        }
    }

    private func carryOut(_ effect: ControlEffect) {
        switch effect {
        case .dial(let dial, let address): mesh.dial(dial, address: address, from: self)
        case .send(let link, let type, let bytes):
            _ = links[link]?.send(.clear(type, bytes), lane: .control)
        case .sendMesh(let link, let frame):
            _ = links[link]?.send(.meshBytes(frame.header, frame.payload), lane: .control)
        case .installSession(let link, let key, let prefix, let lifetime):
            reported[link] = nil
            do {
                try links[link]?.installSession(key, noncePrefix: prefix, previousLifetime: lifetime)
            } catch {
                mesh.report("\(node): \(link) refused its session: \(error)")
            }
        case .close(let link, let reason): links[link]?.close(reason)
        case .publish(let published):
            table = published
            mesh.noteTableChange()
        case .deliver(let payload, let source, _):
            mesh.deliver(payload, from: source, to: node, isRouted: false, ttl: 0)
        case .peerInfo(let source, let key, _, _, _): mesh.noteKey(key, of: source, at: node)
        case .trust, .event: return
        }
    }

    // MARK: Sending

    func send(_ payload: PluginPayload, to destination: NodeID) -> SendOutcome {
        guard isRunning else { return .notRunning }
        switch Origination.plan(.pluginPayload(payload), to: destination, table: table) {
        case .send(let link, let header, let bytes):
            return links[link]?.send(.meshBytes(header, bytes), lane: .data) == .queued ? .queued : .congested
        case .noRoute, .toSelf: return .noRoute
        case .tooLarge: return .tooLarge
        }
    }

    /// Whether a link of this node has a session, as the link itself sees it.
    func hasSession(on link: LinkID) -> Bool { links[link]?.hasSession == true }

    var openLinks: [LinkID] { links.keys.sorted() }

    // MARK: LinkObserver

    func linkOpened(_ link: any Link, direction: LinkDirection, preamble: NodeID?) {
        guard isRunning else { return link.close(.connectionLost) }
        links[link.id] = link
        apply(
            .linkOpened(link.id, direction: direction, preamble: preamble, remoteAddress: link.remoteAddress))
    }

    func link(_ link: any Link, received frame: LinkFrame) {
        guard isRunning else { return }
        switch frame {
        case .handshake(let message): apply(.handshake(link.id, message))
        case .clear(let type, let bytes): apply(.clearFrame(link.id, type, bytes))
        case .mesh(let header, let payload): receive(header, payload, on: link)
        case .dropped(let counter):
            dropped[counter, default: 0] += 1
            if counter.isMisbehaviour { apply(.badFrame(link.id)) }
        }
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
            let result = links[next]?.send(.mesh(relayed, payload), lane: .data) ?? .closed
            mesh.noteRelayed()
            if result != .queued { dropped[.congested, default: 0] += 1 }
        case .deliverControl:
            guard let frame = try? ControlFrame.decode(Array(payload.readableBytesView)) else {
                return apply(.badFrame(link.id))
            }
            if case .pluginPayload(let payload) = frame {
                mesh.deliver(payload, from: header.source, to: node, isRouted: true, ttl: header.ttl)
            } else {
                apply(.routedControl(source: header.source, frame, via: link.id))
            }
        case .deliverPacket: dropped[.packetWithoutInterface, default: 0] += 1
        case .drop(let counter): dropped[counter, default: 0] += 1
        }
    }

    /// The first opened frame of a session, and then at most one a second.
    private func reportLife(of link: LinkID) {
        if let last = reported[link], last.duration(to: mesh.time) < .seconds(1) { return }
        reported[link] = mesh.time
        apply(.dataOpened(link))
    }
}

internal import NIOCore
internal import PIMCore
internal import PIMNode
internal import PIMPlugin
internal import PIMTransport
internal import PIMWire
internal import Synchronization

/// Takes payloads from plugins on any thread and hands them to links on the mesh loop.
///
/// A payload is counted against the link it will take; the loop gives it its form and seals it, for a counter is used once
/// and in order. At most ``highWaterMark`` bytes a link wait here, and as many for a node without a session as may wait
/// for one; beyond that a send is refused as congested, so nothing is dropped after it was accepted while its link stands.
/// One wake-up of the loop serves every payload that came in meanwhile. Payloads to one destination keep their order.
final class PayloadSender: Sendable {
    /// Bytes that may wait for one link before sends are refused, and the level at which waiting senders go on.
    static let highWaterMark = 1 << 20
    static let lowWaterMark = 1 << 18

    /// A payload and the link it is counted against.
    struct Entry: Sendable {
        var outgoing: OutgoingPayload
        /// `nil`: it has waited elsewhere and is not counted any more.
        var link: LinkID?
    }

    private struct State {
        var table: ForwardingTable
        /// How payloads to each node travel; nodes that are not here are waited for.
        var carriages: [NodeID: PayloadCarriage] = [:]
        /// Links to neighbours that are sealed.
        var sealedLinks: Set<LinkID> = []
        /// Under the same lock as the table: a payload is parked before its neighbour is back, or not at all.
        var parked = ParkedPayloads()
        var isStopped = false
        var inbox: [Entry] = []
        var isDrainScheduled = false
        var waitingBytes: [LinkID: Int] = [:]
        /// Bytes accepted for nodes without a session, which wait elsewhere until there is one.
        var unsealedBytes: [NodeID: Int] = [:]
        var waiters: [LinkID: [UInt64: CheckedContinuation<Void, Never>]] = [:]
        /// Those who wait for a session, with a full waiting room before them.
        var sessionWaiters: [NodeID: [UInt64: CheckedContinuation<Void, Never>]] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state: Mutex<State>
    private let loop: any EventLoop
    private let drain = Mutex<Drain?>(nil)

    /// What runs on the loop. A box: a closure kept in generic storage is wrapped once more by every access.
    private final class Drain: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    init(table: ForwardingTable, loop: any EventLoop) {
        state = Mutex(State(table: table))
        self.loop = loop
    }

    /// Sets what runs on the loop when payloads are waiting.
    func onWork(_ work: @escaping @Sendable () -> Void) {
        drain.withLock { $0 = Drain(run: work) }
    }

    /// The table sends are decided by; also answers reachability questions of plugins.
    var table: ForwardingTable { state.withLock { $0.table } }

    /// The ways may have changed, so everybody who waits for one looks again.
    func update(_ table: ForwardingTable) {
        let waiters = state.withLock { state in
            state.table = table
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Payloads to a node travel so from now on.
    func update(_ carriage: PayloadCarriage, to node: NodeID) {
        let waiters = state.withLock { state in
            state.carriages[node] = carriage == .awaitingSession ? nil : carriage
            if carriage != .awaitingSession { state.unsealedBytes[node] = nil }
            return state.sessionWaiters.removeValue(forKey: node)
        }
        for waiter in (waiters ?? [:]).values { waiter.resume() }
    }

    /// Payloads that may have been counted as waiting for a session have failed.
    func noteFailed(_ payloads: [OutgoingPayload]) {
        let waiters = state.withLock { state in
            var ready: [CheckedContinuation<Void, Never>] = []
            for payload in payloads {
                let rest = state.unsealedBytes[payload.destination, default: 0] - payload.size
                state.unsealedBytes[payload.destination] = rest > 0 ? rest : nil
                ready += state.sessionWaiters.removeValue(forKey: payload.destination)?.values.map(\.self) ?? []
            }
            return ready
        }
        for waiter in waiters { waiter.resume() }
    }

    func noteSealed(_ link: LinkID) {
        state.withLock { _ = $0.sealedLinks.insert(link) }
    }

    func noteClosed(_ link: LinkID) {
        state.withLock { _ = $0.sealedLinks.remove(link) }
    }

    // MARK: From plugins, any thread

    func send(_ payload: OutboundPayload, to destination: NodeID, at now: MonotonicTime) -> SendResult {
        if let refusal = Self.refusal(of: payload) { return refusal }
        let outgoing = OutgoingPayload(
            destination: destination, payload: PluginPayload(kind: payload.kind, body: payload.body),
            demandsSealing: payload.minimumSecurity > .unauthenticated,
            // What only the two nodes may know does not end at the link.
            isDirect: payload.route == .direct && payload.minimumSecurity < .endToEnd)
        let (result, wakes) = state.withLock { state in
            let (result, wakes) = Self.enqueue(outgoing, in: &state)
            guard result == .noSession, state.parked.park(outgoing, at: now) else { return (result, wakes) }
            return (.parked, wakes)
        }
        if wakes { wake() }
        return result
    }

    /// Returns when the link a payload to `destination` takes has room again, or there is none.
    func waitUntilWritable(_ destination: NodeID, by route: PayloadRoute) async throws {
        let ticket = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isReady = state.withLock { state in
                    guard !state.isStopped, !Task.isCancelled, let link = state.table.link(to: destination, by: route)
                    else { return true }
                    if state.waitingBytes[link, default: 0] > Self.lowWaterMark {
                        state.waiters[link, default: [:]][ticket] = continuation
                        return false
                    }
                    if state.unsealedBytes[destination, default: 0] > SealedTraffic.waitingBytesPerNode / 2 {
                        state.sessionWaiters[destination, default: [:]][ticket] = continuation
                        return false
                    }
                    return true
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                for link in state.waiters.keys {
                    if let found = state.waiters[link]?.removeValue(forKey: ticket) { return Optional(found) }
                }
                for node in state.sessionWaiters.keys {
                    if let found = state.sessionWaiters[node]?.removeValue(forKey: ticket) { return found }
                }
                return nil
            }
            continuation?.resume()
        }
        try Task.checkCancellation()
    }

    /// Refuses every send from now on.
    func stop() {
        let waiters = state.withLock { state in
            state.isStopped = true
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: From the mesh loop

    /// Everything that came in since the last call, in order.
    func takeInbox() -> [Entry] {
        state.withLock { state in
            state.isDrainScheduled = false
            let entries = state.inbox
            state.inbox = []
            return entries
        }
    }

    /// The entries left this sender: handed to their link, or dropped because it is gone.
    func settled(bytes: [LinkID: Int]) {
        let waiters = state.withLock { state in
            var ready: [CheckedContinuation<Void, Never>] = []
            for (link, count) in bytes {
                let rest = state.waitingBytes[link, default: 0] - count
                state.waitingBytes[link] = rest > 0 ? rest : nil
                guard rest <= Self.lowWaterMark, let waiting = state.waiters.removeValue(forKey: link) else { continue }
                ready += waiting.values
            }
            return ready
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Parked payloads that have a way by the present table, oldest first.
    func takeParked(at now: MonotonicTime) -> [OutgoingPayload] {
        state.withLock { state in
            let table = state.table
            return state.parked.takeReady(at: now) { table.link(for: $0) != nil }
        }
    }

    /// Keeps an accepted payload whose way is gone until there is another one; `false` when there is no room or it has
    /// waited for too long.
    func park(_ outgoing: OutgoingPayload, at now: MonotonicTime) -> Bool {
        state.withLock { $0.parked.park(outgoing, at: now) }
    }

    private func wake() {
        guard let drain = drain.withLock({ $0 }) else { return }
        loop.execute { drain.run() }
    }

    private static func takeWaiters(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        defer { (state.waiters, state.sessionWaiters) = ([:], [:]) }
        return state.waiters.values.flatMap(\.values) + state.sessionWaiters.values.flatMap(\.values)
    }

    private static func refusal(of payload: OutboundPayload) -> SendResult? {
        let kind = payload.kind.utf8
        guard (1...255).contains(kind.count), kind.allSatisfy({ $0 < 0x80 }) else { return .invalidKind }
        let limit = OutboundPayload.maximumBodySize(forKind: payload.kind)
        return payload.body.count <= limit ? nil : .tooLarge(limit: limit)
    }

    private static func enqueue(
        _ outgoing: OutgoingPayload, in state: inout State
    ) -> (SendResult, wakes: Bool) {
        guard !state.isStopped else { return (.stopped, false) }
        guard let link = state.table.link(for: outgoing) else {
            return (outgoing.isDirect ? .noSession : .noRoute, false)
        }
        let waiting = state.waitingBytes[link, default: 0]
        guard waiting + outgoing.size <= highWaterMark else { return (.congested, false) }
        let outlook = Self.outlook(of: outgoing, on: link, in: state)
        if outlook == .awaitingSession {
            let unsealed = state.unsealedBytes[outgoing.destination, default: 0] + outgoing.size
            guard unsealed <= SealedTraffic.waitingBytesPerNode else { return (.congested, false) }
            state.unsealedBytes[outgoing.destination] = unsealed
        }
        state.waitingBytes[link] = waiting + outgoing.size
        state.inbox.append(Entry(outgoing: outgoing, link: link))
        let wakes = !state.isDrainScheduled
        state.isDrainScheduled = true
        return (outlook, wakes)
    }

    /// How an accepted payload will travel, as far as one can tell here.
    private static func outlook(of outgoing: OutgoingPayload, on link: LinkID, in state: State) -> SendResult {
        if outgoing.isDirect, state.sealedLinks.contains(link) { return .queued(.link) }
        switch state.carriages[outgoing.destination] {
        case .sealed: return .queued(.endToEnd)
        case .reference where !outgoing.demandsSealing: return .queued(.unauthenticated)
        case .awaitingSession, .reference, nil: return .awaitingSession
        }
    }
}

extension ForwardingTable {
    /// The link a payload takes.
    func link(for outgoing: OutgoingPayload) -> LinkID? {
        link(to: outgoing.destination, by: outgoing.isDirect ? .direct : .routed)
    }

    /// The link a payload takes that goes this way.
    func link(to destination: NodeID, by route: PayloadRoute) -> LinkID? {
        switch route {
        case .routed: routes[destination]?.link
        case .direct: neighbours[destination]
        }
    }
}

import NIOCore
import PIMCore
import PIMCrypto
import PIMWire

/// The one implementation of `Link`: the life of a connection between opening and closing, whatever carries its bytes.
///
/// Owned by its carrier, which lives as long as the connection, and by whoever wants to send.
final class LinkEndpoint: Link {
    enum State: Equatable {
        case connecting
        /// An accepted connection that has not said who it is; the observer does not know of it.
        case awaitingPreamble
        case open
        /// Nothing is read or sent any more; waiting for the carrier to end.
        case closing
        case closed
    }

    let id: LinkID
    let direction: LinkDirection
    let remoteAddress: String
    let localAddress: String?
    /// Called once, when the limits for strangers are lifted.
    var onAuthenticated: (() -> Void)?
    /// Called once, after everything else.
    var onClosed: ((LinkCloseReason) -> Void)?

    private(set) var state = State.connecting
    private let own: NodeID
    private let observer: any LinkObserver
    private let configuration: LinkConfiguration
    private weak var carrier: (any LinkCarrier)?
    private var codec: LinkCodec
    private var wasAnnounced = false
    private var closeReason: LinkCloseReason?
    private var isFlushRequested = false
    private var deadlines: [LinkTimer] = []
    private var previousSessionTimer: LinkTimer?
    private var proposalTimers: [LinkTimer] = []
    private var paceTimer: LinkTimer?

    init(
        id: LinkID, direction: LinkDirection, remoteAddress: String, localAddress: String?, own: NodeID,
        observer: any LinkObserver, configuration: LinkConfiguration, pool: ChunkPool?
    ) {
        self.id = id
        self.direction = direction
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
        self.own = own
        self.observer = observer
        self.configuration = configuration
        codec = LinkCodec(role: direction == .accepted ? .acceptor : .dialer, configuration: configuration, pool: pool)
    }

    /// Nobody at the other end has proven who he is; `false` once the connection is gone.
    var isStranger: Bool { onAuthenticated != nil }
    var hasSession: Bool { codec.hasSession }
    var isSealed: Bool { codec.isSealed }
    var counters: LinkCounters { codec.counters }
    var queuedBytes: Int { codec.queuedBytes }

    // MARK: From the carrier

    /// The connection stands.
    func opened(over carrier: any LinkCarrier) {
        self.carrier = carrier
        guard state == .connecting else { return carrier.abort() }
        startDeadline(configuration.handshakeDeadline, .handshakeTimeout)
        if direction == .accepted {
            state = .awaitingPreamble
            startDeadline(configuration.preambleDeadline, .noPreamble)
        } else {
            state = .open
            carrier.write(codec.preamble(own: own))
            carrier.flush()
            announce(preamble: nil)
        }
    }

    /// Bytes came in; their storage is the endpoint's from now on.
    func received(_ bytes: ByteBuffer) {
        assert(carrier?.isConfined ?? true, "links are confined to their loop")
        guard state == .open || state == .awaitingPreamble else { return }
        codec.append(owned: bytes)
        do {
            // The observer may close the link from inside a call.
            while state == .open || state == .awaitingPreamble, let event = try codec.next() {
                switch event {
                case .preamble(let claimed):
                    state = .open
                    announce(preamble: claimed)
                case .frame(let frame):
                    if let prefix = codec.takeProven() { observer.link(self, provedSession: prefix) }
                    if state == .open { observer.link(self, received: frame) }
                }
            }
        } catch {
            let isForeign = direction != .accepted && codec.counters.framesReceived == 0
            end(isForeign && error.code == .oversizeMessage ? .notANode : error.closeReason)
        }
    }

    /// Writes one batch, if the carrier takes bytes, and asks for another turn when that was not all.
    func flush() {
        isFlushRequested = false
        guard state == .open, let carrier else { return }
        var budget = configuration.batchBytes
        do {
            while budget > 0, carrier.isWritable, let chunk = try codec.nextChunk() {
                budget -= chunk.readableBytes
                carrier.write(chunk)
            }
        } catch {
            return end(.sessionExhausted)
        }
        carrier.flush()
        if codec.isReady, carrier.isWritable { requestFlush(yielding: true) }
        keepPace()
        let shed = codec.takeShed()
        if shed > 0 { observer.link(self, shed: shed) }
        if codec.takeWritableNotice() { observer.linkBecameWritable(self) }
    }

    /// The carrier takes bytes again.
    func becameWritable() {
        if codec.isReady { requestFlush() }
    }

    /// The connection is gone.
    func ended(_ reason: LinkCloseReason) {
        guard state != .closed else { return }
        state = .closed
        cancelTimers()
        codec.discardOutbound()
        carrier = nil
        if wasAnnounced { observer.linkClosed(self, reason: closeReason ?? reason) }
        onAuthenticated = nil
        onClosed?(closeReason ?? reason)
        onClosed = nil
    }

    // MARK: Link

    func send(_ frame: OutboundFrame, lane: Lane, from ingress: LinkID?) -> LinkSendResult {
        assert(carrier?.isConfined ?? true, "links are confined to their loop")
        guard state == .open else { return .closed }
        let result = codec.enqueue(frame, lane: lane, from: ingress)
        if result == .queued { requestFlush() }
        return result
    }

    /// The connection moves so many bytes in the time that others may wait behind them.
    func limitBacklog(to bytes: Int) {
        codec.limitBacklog(to: bytes)
    }

    var frameLimit: Int { codec.frameLimit }

    func hasRoom(for bytes: Int, header: MeshHeader, flow: UInt64) -> Bool {
        codec.hasRoom(for: bytes, header: header, flow: flow)
    }

    func installSession(
        _ key: SessionKey, noncePrefix: UInt64, previousLifetime: Duration, isSealed: Bool
    ) throws(CryptoError) {
        assert(carrier?.isConfined ?? true, "links are confined to their loop")
        guard state == .open else { return }
        try codec.installSession(
            key, noncePrefix: noncePrefix, keepingPrevious: previousLifetime > .zero, isSealed: isSealed)
        markAuthenticated()
        previousSessionTimer?.cancel()
        previousSessionTimer = nil
        guard codec.hasPreviousSession else { return }
        previousSessionTimer = carrier?.schedule(after: previousLifetime) { [weak self] in
            self?.codec.dropPreviousSession()
        }
    }

    func proposeSession(
        _ key: SessionKey, noncePrefix: UInt64, trial: Duration, lifetime: Duration
    ) throws(CryptoError) {
        assert(carrier?.isConfined ?? true, "links are confined to their loop")
        guard state == .open, codec.hasSession, let carrier else { return }
        try codec.proposeSession(key, noncePrefix: noncePrefix)
        cancelProposalTimers()
        proposalTimers = [
            carrier.schedule(after: trial) { [weak self] in self?.codec.distrustProposals() },
            carrier.schedule(after: lifetime) { [weak self] in self?.codec.dropProposals() },
        ]
    }

    private func cancelProposalTimers() {
        for timer in proposalTimers { timer.cancel() }
        proposalTimers = []
    }

    func markAuthenticated() {
        guard state == .open else { return }
        codec.markAuthenticated()
        cancelDeadlines()
        onAuthenticated?()
        onAuthenticated = nil
    }

    func rest(for pause: Duration) {
        guard state == .open else { return }
        carrier?.rest(for: pause)
    }

    func close(_ reason: LinkCloseReason) {
        assert(carrier?.isConfined ?? true, "links are confined to their loop")
        guard state == .open, let carrier else { return end(reason) }
        closeReason = reason
        state = .closing
        cancelTimers()
        codec.close()
        do {
            // Bounded by the capacities of the lanes.
            while let chunk = try codec.nextChunk() { carrier.write(chunk) }
        } catch {
            return carrier.abort()
        }
        carrier.flush()
        carrier.finish(linger: configuration.linger)
    }

    /// Ends the link without writing anything more.
    func end(_ reason: LinkCloseReason) {
        guard state == .open || state == .awaitingPreamble || state == .connecting else { return }
        closeReason = reason
        state = .closing
        cancelTimers()
        codec.discardOutbound()
        if reason == .noPreamble { observer.transportCounted(.preambleTimedOut, times: 1) }
        carrier?.abort()
    }

    // MARK: Internals

    private func announce(preamble: NodeID?) {
        wasAnnounced = true
        observer.linkOpened(self, direction: direction, preamble: preamble)
    }

    private func requestFlush(yielding: Bool = false) {
        guard !isFlushRequested, let carrier else { return }
        isFlushRequested = true
        carrier.requestFlush(yielding: yielding)
    }

    /// Refills what a reference neighbour takes, for as long as something is missing.
    private func keepPace() {
        guard codec.needsRefill, paceTimer == nil, state == .open else { return }
        paceTimer = carrier?.schedule(after: SendPace.interval) { [weak self] in
            guard let self else { return }
            paceTimer = nil
            codec.refill()
            if codec.isReady { requestFlush() }
            keepPace()
        }
    }

    private func startDeadline(_ delay: Duration, _ reason: LinkCloseReason) {
        let timer = carrier?.schedule(after: delay) { [weak self] in
            guard let self, reason != .noPreamble || state == .awaitingPreamble else { return }
            end(reason)
        }
        if let timer { deadlines.append(timer) }
    }

    private func cancelDeadlines() {
        for timer in deadlines { timer.cancel() }
        deadlines = []
    }

    private func cancelTimers() {
        cancelDeadlines()
        previousSessionTimer?.cancel()
        previousSessionTimer = nil
        cancelProposalTimers()
        paceTimer?.cancel()
        paceTimer = nil
    }
}

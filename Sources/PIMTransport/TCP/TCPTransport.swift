public import NIOCore
import NIOPosix
public import PIMCore

/// TCP links: listens, dials, and bounds what strangers can take (`spec/transport.md` §2, §12).
///
/// One event loop, given from outside, does everything but accept; the observer is called on it and held until
/// `shutdown()` is over. A second loop accepts and refuses, so that neither a flood of connections delays the links nor
/// busy links the accepting. A connection refused or lost never ends a listener: errors of `accept` such as too many open
/// files only pause it for a second.
///
/// `@unchecked Sendable`: every stored variable is touched on `loop` only. `listen` and `shutdown` may be called from
/// anywhere and go to the loop themselves, everything else asserts that it is there.
public final class TCPTransport: @unchecked Sendable {
    let own: NodeID
    let loop: any EventLoop
    let acceptLoop: any EventLoop
    let admission: Admission
    let configuration: TCPConfiguration
    /// Overrides how names are resolved; tests use it.
    let resolver: (@Sendable () -> any Resolver & Sendable)?

    var observer: (any LinkObserver)?
    var listeners: [any Channel] = []
    private(set) var isShutDown = false
    private let scheduler: FlushScheduler
    private var endpoints: [LinkID: LinkEndpoint] = [:]
    private var drained: [EventLoopPromise<Void>] = []

    /// - Parameters:
    ///   - own: The NodeID diallers announce themselves with.
    ///   - loop: A loop of a `MultiThreadedEventLoopGroup`, for the links.
    ///   - acceptLoop: Another one, for listening sockets.
    ///   - observer: Called on `loop`.
    public convenience init(
        own: NodeID, loop: any EventLoop, acceptLoop: any EventLoop,
        configuration: TCPConfiguration = TCPConfiguration(), observer: any LinkObserver
    ) {
        self.init(
            own: own, loop: loop, acceptLoop: acceptLoop, configuration: configuration, observer: observer,
            resolver: nil)
    }

    init(
        own: NodeID, loop: any EventLoop, acceptLoop: any EventLoop, configuration: TCPConfiguration,
        observer: any LinkObserver, resolver: (@Sendable () -> any Resolver & Sendable)?
    ) {
        self.own = own
        self.loop = loop
        self.acceptLoop = acceptLoop
        admission = Admission(configuration)
        self.configuration = configuration
        self.observer = observer
        self.resolver = resolver
        scheduler = FlushScheduler(loop: loop)
    }

    /// Open connections, strangers included. On the loop.
    public var connectionCount: Int {
        loop.assertInEventLoop()
        return endpoints.count
    }

    /// Stops listening and dialling, closes every link with reason `shutdown` after writing what is queued, and returns
    /// when all are gone: after `LinkConfiguration.linger` at the latest.
    public func shutdown() async {
        // A loop that was shut down before has closed everything itself.
        let listeners = (try? await loop.submit { [self] in stopListening() }.get()) ?? []
        for listener in listeners { try? await listener.close() }
        _ = try? await loop.flatSubmit { [self] in close() }.get()
    }

    private func stopListening() -> [any Channel] {
        isShutDown = true
        admission.close()
        defer { listeners = [] }
        return listeners
    }

    private func close() -> EventLoopFuture<Void> {
        for endpoint in endpoints.values { endpoint.close(.shutdown) }
        let promise = loop.makePromise(of: Void.self)
        drained.append(promise)
        finishIfDrained()
        return promise.futureResult
    }

    private func finishIfDrained() {
        guard isShutDown, endpoints.isEmpty else { return }
        observer = nil
        for promise in drained { promise.succeed() }
        drained = []
    }

    // MARK: Connections

    /// Arrivals that become links in one turn of the loop.
    private static let arrivalsPerTurn = 32

    /// Does what the accepting loop found necessary.
    func attendToAdmission() {
        loop.assertInEventLoop()
        let (work, isMoreLeft) = admission.takeErrands(arrivals: Self.arrivalsPerTurn)
        if isMoreLeft { loop.execute { [self] in attendToAdmission() } }
        guard !isShutDown, let observer else {
            for arrival in work.arrivals { arrival.connection.close() }
            return
        }
        // One that has proven itself after the other loop looked gave its place up by that.
        for link in work.evicted {
            if let endpoint = endpoints[link], endpoint.isStranger { endpoint.end(.evicted) }
        }
        if work.evictions > 0 { observer.transportCounted(.connectionEvicted, times: work.evictions) }
        if work.refusals > 0 { observer.transportCounted(.connectionsPerAddress, times: work.refusals) }
        for address in work.crowding { observer.strangerMisbehaved(.crowding, from: address) }
        for arrival in work.arrivals { take(arrival, observer: observer) }
    }

    private func take(_ arrival: Admission.Arrival, observer: any LinkObserver) {
        let connection = arrival.connection.adopt(on: loop) { [self] channel in
            guard !isShutDown, let observer = self.observer else { throw ChannelError.alreadyClosed }
            try attach(channel, as: arrival.link, direction: .accepted, observer: observer)
        }
        connection.whenFailure { [self] _ in admission.remove(arrival.link) }
    }

    /// Makes a connected channel a link of this node.
    func attach(_ channel: any Channel, direction: LinkDirection, observer: any LinkObserver) throws {
        try attach(channel, as: admission.nextLink(), direction: direction, observer: observer)
    }

    private func attach(
        _ channel: any Channel, as id: LinkID, direction: LinkDirection, observer: any LinkObserver
    ) throws {
        SocketTuning.apply(to: channel, sendTimeout: configuration.sendTimeout, mark: configuration.mark)
        let endpoint = LinkEndpoint(
            id: id, direction: direction, remoteAddress: channel.remoteAddress.map(Self.text) ?? "unknown",
            localAddress: channel.localAddress.map(Self.text), own: own, observer: observer,
            configuration: configuration.link, pool: scheduler.pool)
        endpoint.onAuthenticated = { [weak self] in self?.admission.remove(id) }
        endpoint.onClosed = { [weak self] reason in self?.forget(id, reason) }
        endpoints[id] = endpoint
        do {
            try channel.pipeline.syncOperations.addHandler(TCPCarrier(endpoint: endpoint, scheduler: scheduler))
        } catch {
            endpoints[id] = nil
            throw error
        }
    }

    private func forget(_ id: LinkID, _ reason: LinkCloseReason) {
        endpoints[id] = nil
        // What comes from an address that is restricted already is not worth telling.
        if let (address, isRestricted) = admission.remove(id), !isRestricted, let misdeed = StrangerMisdeed(reason) {
            observer?.strangerMisbehaved(misdeed, from: address)
        }
        finishIfDrained()
    }

    /// Strangers at this address get fewer places from now on, or as many as others again.
    public func restrict(_ address: AddressGroup, _ isRestricted: Bool) {
        admission.restrict(address, isRestricted)
    }

    /// `address:port`, with brackets around IPv6.
    static func text(_ address: SocketAddress) -> String {
        guard let host = address.ipAddress, let port = address.port else { return address.description }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension StrangerMisdeed {
    /// What the end of a connection that proved nothing is worth, if anything.
    fileprivate init?(_ reason: LinkCloseReason) {
        switch reason {
        case .brokenFraming, .notANode, .strangerTalksTooMuch: self = .noise
        case .noPreamble: self = .silence
        case .endedByPeer, .connectionFailed: self = .crowding
        default: return nil
        }
    }
}

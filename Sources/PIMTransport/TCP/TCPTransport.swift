public import NIOCore
import NIOPosix
public import PIMCore

/// TCP links: listens, dials, and bounds what strangers can take (`spec/transport.md` §2, §12).
///
/// One event loop, given from outside, does everything; the observer is called on it and held until `shutdown()` is
/// over. A connection refused or lost never ends a listener: errors of `accept` such as too many open files only pause it
/// for a second.
///
/// `@unchecked Sendable`: every stored variable is touched on `loop` only. `listen` and `shutdown` may be called from
/// anywhere and go to the loop themselves, everything else asserts that it is there.
public final class TCPTransport: @unchecked Sendable {
    let own: NodeID
    let loop: any EventLoop
    let configuration: TCPConfiguration
    /// Overrides how names are resolved; tests use it.
    let resolver: (@Sendable () -> any Resolver & Sendable)?

    var observer: (any LinkObserver)?
    var listeners: [any Channel] = []
    private(set) var isShutDown = false
    private let scheduler: FlushScheduler
    private var endpoints: [LinkID: LinkEndpoint] = [:]
    private var strangers: StrangerTable
    /// Connections between `accept` and the end of their initialization.
    private var admitted: [ObjectIdentifier: LinkID] = [:]
    private var lastLink: UInt64 = 0
    private var drained: [EventLoopPromise<Void>] = []

    /// - Parameters:
    ///   - own: The NodeID diallers announce themselves with.
    ///   - loop: A loop of a `MultiThreadedEventLoopGroup`.
    ///   - observer: Called on `loop`.
    public convenience init(
        own: NodeID, loop: any EventLoop, configuration: TCPConfiguration = TCPConfiguration(),
        observer: any LinkObserver
    ) {
        self.init(own: own, loop: loop, configuration: configuration, observer: observer, resolver: nil)
    }

    init(
        own: NodeID, loop: any EventLoop, configuration: TCPConfiguration, observer: any LinkObserver,
        resolver: (@Sendable () -> any Resolver & Sendable)?
    ) {
        self.own = own
        self.loop = loop
        self.configuration = configuration
        self.observer = observer
        self.resolver = resolver
        scheduler = FlushScheduler(loop: loop)
        strangers = StrangerTable(total: configuration.strangers, perAddress: configuration.strangersPerAddress)
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
        _ = try? await loop.flatSubmit { [self] in close() }.get()
    }

    private func close() -> EventLoopFuture<Void> {
        isShutDown = true
        for listener in listeners { listener.close(promise: nil) }
        listeners = []
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

    /// Finds a place for a connection that was just accepted, if it may have one.
    func admits(_ channel: any Channel) -> Bool {
        guard !isShutDown, let observer else { return false }
        let id = nextLink()
        let address = AddressGroup(channel.remoteAddress?.ipAddress)
        switch strangers.admit(id, from: address, at: Self.now) {
        case .refuse:
            observer.transportCounted(.connectionsPerAddress)
            report(.crowding, from: address)
            return false
        case .admitInsteadOf(let victim):
            observer.transportCounted(.connectionEvicted)
            endpoints[victim]?.end(.evicted)
        case .admit:
            break
        }
        admitted[ObjectIdentifier(channel)] = id
        return true
    }

    /// Takes an admitted connection, or throws to have it closed.
    func accept(_ channel: any Channel) throws {
        guard let id = admitted.removeValue(forKey: ObjectIdentifier(channel)) else { throw ChannelError.alreadyClosed }
        do {
            guard !isShutDown, let observer else { throw ChannelError.alreadyClosed }
            try attach(channel, as: id, direction: .accepted, observer: observer)
        } catch {
            strangers.remove(id)
            throw error
        }
    }

    /// Makes a connected channel a link of this node.
    func attach(_ channel: any Channel, direction: LinkDirection, observer: any LinkObserver) throws {
        try attach(channel, as: nextLink(), direction: direction, observer: observer)
    }

    private func attach(
        _ channel: any Channel, as id: LinkID, direction: LinkDirection, observer: any LinkObserver
    ) throws {
        SocketTuning.apply(to: channel, sendTimeout: configuration.sendTimeout)
        let endpoint = LinkEndpoint(
            id: id, direction: direction, remoteAddress: channel.remoteAddress.map(Self.text) ?? "unknown",
            localAddress: channel.localAddress.map(Self.text), own: own, observer: observer,
            configuration: configuration.link, pool: scheduler.pool)
        endpoint.onAuthenticated = { [weak self] in self?.strangers.remove(id) }
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
        if let address = strangers.remove(id), let misdeed = StrangerMisdeed(reason) { report(misdeed, from: address) }
        finishIfDrained()
    }

    /// Strangers at this address get fewer places from now on, or as many as others again.
    public func restrict(_ address: AddressGroup, _ isRestricted: Bool) {
        loop.assertInEventLoop()
        if isRestricted { strangers.restricted.insert(address) } else { strangers.restricted.remove(address) }
    }

    /// What comes from an address that is restricted already is not worth telling.
    private func report(_ misdeed: StrangerMisdeed, from address: AddressGroup) {
        guard !strangers.restricted.contains(address) else { return }
        observer?.strangerMisbehaved(misdeed, from: address)
    }

    private static var now: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
    }

    private func nextLink() -> LinkID {
        lastLink += 1
        return LinkID(rawValue: lastLink)
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
        case .brokenFraming, .strangerTalksTooMuch: self = .noise
        case .noPreamble: self = .silence
        case .endedByPeer, .connectionFailed: self = .crowding
        default: return nil
        }
    }
}

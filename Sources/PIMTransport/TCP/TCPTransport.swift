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
    private var admission: ConnectionAdmission
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
        admission = ConnectionAdmission(
            limit: configuration.strangers, limitPerAddress: configuration.strangersPerAddress)
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

    /// Takes an accepted connection, or throws to have it closed.
    func accept(_ channel: any Channel) throws {
        guard !isShutDown, let observer else { throw ChannelError.alreadyClosed }
        let id = nextLink()
        switch admission.admit(id, from: AddressGroup(channel.remoteAddress?.ipAddress)) {
        case .refuse:
            observer.transportCounted(.connectionsPerAddress)
            throw ChannelError.alreadyClosed
        case .admitInsteadOf(let victim):
            observer.transportCounted(.connectionEvicted)
            endpoints[victim]?.end(.evicted)
        case .admit:
            break
        }
        do {
            try attach(channel, as: id, direction: .accepted, observer: observer)
        } catch {
            admission.release(id)
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
        endpoint.onAuthenticated = { [weak self] in self?.admission.release(id) }
        endpoint.onClosed = { [weak self] in self?.forget(id) }
        endpoints[id] = endpoint
        do {
            try channel.pipeline.syncOperations.addHandler(TCPCarrier(endpoint: endpoint, scheduler: scheduler))
        } catch {
            endpoints[id] = nil
            throw error
        }
    }

    private func forget(_ id: LinkID) {
        endpoints[id] = nil
        admission.release(id)
        finishIfDrained()
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

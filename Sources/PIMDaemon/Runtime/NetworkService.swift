internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import PIMRPC
internal import ServiceLifecycle

/// Tells the mesh when the network of this machine changed, once for a burst of news, and clients when the node's own
/// interface came up or went down.
struct NetworkService: Service {
    let mesh: Mesh
    let discovery: DiscoveryRuntime?
    let events: EventHub
    let logger: Logger

    /// Changes come in bursts: an interface goes down with its addresses and routes, and the next one comes up.
    private static let gathering = Duration.milliseconds(200)
    /// A machine whose network never rests does not make its links restless.
    private static let rest = Duration.seconds(2)

    func run() async throws {
        let monitor: NetworkMonitor
        do {
            monitor = try NetworkMonitor()
        } catch {
            logger.warning("changes of the network go unnoticed", metadata: ["error": "\(error)"])
            try? await gracefulShutdown()
            return
        }
        var known = LocalAddresses.current()
        var isUp = isInterfaceUp
        var addresses = ownAddresses
        for await _ in monitor.signals.cancelOnGracefulShutdown() {
            try? await Task.sleep(for: Self.gathering)
            let news = monitor.takeNews()
            let present = LocalAddresses.current()
            let cameUp = isInterfaceUp && !isUp
            // The kernel forgets the IPv6 address of an interface that goes down, and anybody may take addresses away. What
            // cannot be put back is not tried again until the interface comes up anew: trying is news, too.
            if cameUp || isInterfaceUp && !addresses.isSubset(of: ownAddresses) { await mesh.restoreInterface() }
            if isInterfaceUp { addresses = ownAddresses }
            if isInterfaceUp != isUp {
                isUp.toggle()
                events.publish(.status, StatusEvent(isUp ? .interfaceUp : .interfaceDown, at: RPCTimestamp.now))
            }
            // Addresses are told again whenever their lifetime is extended.
            guard present != known || !news.isDisjoint(with: [.interfaces, .defaultRoutes]) else { continue }
            known = present
            logger.info("the network changed", metadata: ["addresses": "\(present.count)"])
            mesh.apply(.networkChanged(localAddresses: present))
            discovery?.networkChanged()
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: Self.rest) }
        }
        withExtendedLifetime(monitor) {}
    }

    /// This node's addresses in the mesh, as far as its interface has them.
    private var ownAddresses: Set<IPAddress> {
        guard let interface = mesh.interface,
            let state = (try? NetworkInterfaces.current())?.first(where: { $0.name == interface.device.name })
        else { return [] }
        let (ipv4, ipv6) = (interface.configuration.ipv4, interface.configuration.ipv6)
        var present: Set<IPAddress> = []
        if state.ipv4.contains(where: { $0.address == ipv4 }) { present.insert(.v4(ipv4)) }
        if state.ipv6.contains(ipv6) { present.insert(.v6(ipv6)) }
        return present
    }

    /// Whether the node's own interface is up; anybody may switch it.
    private var isInterfaceUp: Bool {
        mesh.interface.flatMap { NetworkInterfaces.state(of: $0.device.name)?.isUp } ?? false
    }
}

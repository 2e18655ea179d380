import PIMCore

/// What the gateway's way out looks like at one instant.
public struct Uplink: Sendable, Hashable {
    /// `gateway.nat_interface`.
    public var name: String
    public var exists: Bool
    /// This machine itself: nothing leaves by it.
    public var isLoopback: Bool
    /// Switched on, and with a carrier.
    public var isRunning: Bool
    public var hasIPv4: Bool
    /// Where IPv6 leaves: the uplink if it has a global address, else another interface that has one and a default route
    /// (`spec/host-network.md` §5); `nil` when there is no IPv6 beyond this link.
    public var ipv6Interface: String?

    public init(
        name: String, exists: Bool, isLoopback: Bool = false, isRunning: Bool, hasIPv4: Bool, ipv6Interface: String?
    ) {
        self.name = name
        self.exists = exists
        self.isLoopback = isLoopback
        self.isRunning = isRunning
        self.hasIPv4 = hasIPv4
        self.ipv6Interface = ipv6Interface
    }

    /// - Parameters:
    ///   - meshInterface: Our own, which never leads out.
    public init(
        _ name: String, among interfaces: [NetworkInterface], defaultRoutes: UplinkRoutes, meshInterface: String
    ) {
        let own = interfaces.first { $0.name == name }
        let ipv6 =
            own.map(\.hasGlobalIPv6) == true
            ? own
            : interfaces.first {
                $0.name != meshInterface && !$0.isLoopback && $0.isRunning && $0.hasGlobalIPv6
                    && defaultRoutes.ipv6.contains($0.name)
            }
        self.init(
            name: name, exists: own != nil, isLoopback: own?.isLoopback ?? false, isRunning: own?.isRunning ?? false,
            hasIPv4: own?.ipv4.isEmpty == false, ipv6Interface: ipv6?.name)
    }

    /// Whether packets of the mesh have somewhere to go.
    public var leadsOut: Bool { isRunning && !isLoopback && (hasIPv4 || ipv6Interface == name) }
}

extension NetworkInterface {
    /// Whether it has an IPv6 address that is good beyond its link.
    var hasGlobalIPv6: Bool { ipv6.contains { !$0.isLinkLocal && !$0.isLoopback } }
}

extension IPv6Address {
    fileprivate var isLinkLocal: Bool { high >> 54 == 0xfe80 >> 6 }
    fileprivate var isLoopback: Bool { high == 0 && low == 1 }
}

public import PIMCore

/// A route of the kernel (`ip route`).
public struct IPRoute: Hashable, Sendable, CustomStringConvertible {
    /// What becomes of a packet that takes the route.
    public enum Kind: UInt8, Hashable, Sendable {
        case unicast = 1
        /// For an address of this machine.
        case local = 2
        /// Whoever sends is told that there is no way.
        case unreachable = 7
        /// As if the table had no route: the next rule is asked.
        case `throw` = 9
    }

    public var destination: IPNetwork
    public var kind: Kind
    /// The kernel's number of the interface it leads to; `nil` where it leads nowhere.
    public var interface: UInt32?
    /// The next hop.
    public var gateway: IPv4Address?
    /// Whether the gateway is taken to be on the interface although no address of it says so.
    public var isOnLink: Bool
    public var table: UInt32
    /// Of two routes to one destination the lower wins. 0 is what the kernel takes as default: 0 for IPv4, 1024 for IPv6.
    public var metric: UInt32

    /// The table that everybody uses.
    public static let mainTable: UInt32 = 254

    public init(
        to destination: IPNetwork, kind: Kind = .unicast, interface: UInt32? = nil, gateway: IPv4Address? = nil,
        isOnLink: Bool = false, table: UInt32 = mainTable, metric: UInt32 = 0
    ) {
        self.destination = destination
        self.kind = kind
        self.interface = interface
        self.gateway = gateway
        self.isOnLink = isOnLink
        self.table = table
        self.metric = metric
    }

    public var description: String {
        let via = gateway.map { " via \($0)" } ?? ""
        return "\(kind == .unicast ? "" : "\(kind) ")\(destination)\(via) in table \(table)"
    }
}

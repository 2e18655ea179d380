public import PIMCore

/// A network interface as it stands at one instant: plain values, so that two looks can be compared.
public struct NetworkInterface: Sendable, Hashable {
    /// An IPv4 address of the interface with its network.
    public struct IPv4: Sendable, Hashable {
        public var address: IPv4Address
        public var network: IPv4Prefix
        /// Where a datagram for everybody on the network goes; `nil` where there is no such thing.
        public var broadcast: IPv4Address?

        public init(address: IPv4Address, network: IPv4Prefix, broadcast: IPv4Address?) {
            self.address = address
            self.network = network
            self.broadcast = broadcast
        }
    }

    public var name: String
    /// The kernel's number: an interface that comes again under its old name has another one.
    public var index: UInt32
    /// Switched on, and with a carrier.
    public var isRunning: Bool
    public var isLoopback: Bool
    /// One peer at the other end: tunnels, also the mesh's own.
    public var isPointToPoint: Bool
    public var canMulticast: Bool
    public var ipv4: [IPv4]
    /// Link-local ones among them.
    public var ipv6: [IPv6Address]

    public init(
        name: String, index: UInt32, isRunning: Bool, isLoopback: Bool, isPointToPoint: Bool, canMulticast: Bool,
        ipv4: [IPv4] = [], ipv6: [IPv6Address] = []
    ) {
        self.name = name
        self.index = index
        self.isRunning = isRunning
        self.isLoopback = isLoopback
        self.isPointToPoint = isPointToPoint
        self.canMulticast = canMulticast
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    /// Whether other machines may be heard on it: a network, and not a cable to one machine.
    public var isShared: Bool { isRunning && !isLoopback && !isPointToPoint }
}

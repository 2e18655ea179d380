public import PIMCore

/// A network that beacons are sent to and heard on (`spec/discovery.md` §12.6).
public struct BeaconNetwork: Sendable, Hashable {
    /// The interface.
    public var name: String
    /// The kernel's number of the interface, which no other one has had.
    public var index: UInt32
    /// Where a datagram for everybody on its IPv4 networks goes.
    public var broadcasts: [IPv4Address]
    /// Whether it takes part in link-local IPv6.
    public var hasIPv6: Bool

    public init(name: String, index: UInt32, broadcasts: [IPv4Address], hasIPv6: Bool) {
        self.name = name
        self.index = index
        self.broadcasts = broadcasts
        self.hasIPv6 = hasIPv6
    }
}

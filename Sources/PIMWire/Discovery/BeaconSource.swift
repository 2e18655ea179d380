public import PIMCore

/// Where a beacon came from: the host part of the address to dial. `spec/discovery.md` §6.4.
public enum BeaconSource: Hashable, Sendable, CustomStringConvertible {
    case ipv4(IPv4Address)
    /// A link-local address, which means something on one interface only.
    case ipv6(IPv6Address, interface: String)

    /// `host:port`, as a dial takes it.
    public func endpoint(port: UInt16) -> String {
        switch self {
        case .ipv4(let address): "\(address):\(port)"
        case .ipv6(let address, let interface): "[\(address)%\(interface)]:\(port)"
        }
    }

    public var description: String {
        switch self {
        case .ipv4(let address): "\(address)"
        case .ipv6(let address, let interface): "\(address)%\(interface)"
        }
    }
}

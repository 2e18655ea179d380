/// An address of either version of IP.
public enum IPAddress: Hashable, Sendable {
    case v4(IPv4Address)
    case v6(IPv6Address)
}

extension IPAddress {
    /// Whether packets to it stay with the host or its local network: unspecified, loopback, link-local, multicast and
    /// broadcast never enter the mesh (`spec/host-network.md` §10.6).
    public var isLocalOnly: Bool {
        switch self {
        case .v4(let address):
            let first = address.rawValue >> 24
            return first == 0 || first == 127 || first >= 224 || address.rawValue >> 16 == 0xa9fe
        case .v6(let address):
            // ff00::/8, fe80::/10, :: and ::1.
            return address.high >> 56 == 0xff || address.high >> 54 == 0xfe80 >> 6
                || (address.high == 0 && address.low <= 1)
        }
    }
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .v4(let address): "\(address)"
        case .v6(let address): "\(address)"
        }
    }
}

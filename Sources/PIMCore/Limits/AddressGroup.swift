/// What counts as one address when something is shared out by address: an IPv4 address, or the /64 of an IPv6 address,
/// since whoever has one address of it has them all (`spec/transport.md` §12.2).
public enum AddressGroup: Hashable, Sendable {
    case ipv4(IPv4Address)
    /// The first 64 bits.
    case ipv6(UInt64)
    /// Not an IP address.
    case other

    /// - Parameter text: An address without a port; a scope behind `%` is no part of it.
    public init(_ text: String?) {
        // A scope belongs to the interface, not to the address.
        guard let address = text?.prefix(while: { $0 != "%" }) else {
            self = .other
            return
        }
        if let ipv4 = IPv4Address(address) {
            self = .ipv4(ipv4)
        } else if let ipv6 = IPv6Address(address) {
            let isMapped = ipv6.high == 0 && ipv6.low >> 32 == 0xffff
            self = isMapped ? .ipv4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: ipv6.low))) : .ipv6(ipv6.high)
        } else {
            self = .other
        }
    }

    /// - Parameter endpoint: `192.0.2.1:9100` or `[2001:db8::1]:9100`.
    public init(endpoint: String) {
        guard let colon = endpoint.lastIndex(of: ":") else {
            self = .other
            return
        }
        var host = endpoint[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.init(String(host))
    }
}

extension AddressGroup: Comparable {
    /// Any order that is always the same.
    public static func < (left: AddressGroup, right: AddressGroup) -> Bool {
        switch (left, right) {
        case (.ipv4(let a), .ipv4(let b)): a.rawValue < b.rawValue
        case (.ipv6(let a), .ipv6(let b)): a < b
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .ipv4: 0
        case .ipv6: 1
        case .other: 2
        }
    }
}

extension AddressGroup: CustomStringConvertible {
    public var description: String {
        switch self {
        case .ipv4(let address): "\(address)"
        case .ipv6(let network): "\(IPv6Address(high: network, low: 0))/64"
        case .other: "no IP address"
        }
    }
}

import PIMCore

/// What counts as one address when connections are counted: an IPv4 address, or the /64 of an IPv6 address, since whoever
/// has one address of it has them all.
enum AddressGroup: Hashable {
    case ipv4(IPv4Address)
    case ipv6(UInt64)
    /// Not an IP address.
    case other

    init(_ text: String?) {
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
}

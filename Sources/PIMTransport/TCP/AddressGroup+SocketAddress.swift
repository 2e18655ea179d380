import NIOCore
import PIMCore

extension AddressGroup {
    /// Reads the address itself instead of its text: this is done for every connection of a flood.
    init(_ address: SocketAddress?) {
        guard let address else {
            self = .other
            return
        }
        // `sin_addr` and `sin6_addr` of <netinet/in.h> stand at these offsets on every platform, in network byte order.
        self = address.withSockAddr { pointer, length in
            let bytes = UnsafeRawBufferPointer(start: pointer, count: length)
            return switch address {
            case .v4: .ipv4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: Self.number(bytes[4..<8]))))
            case .v6: Self.ipv6(high: Self.number(bytes[8..<16]), low: Self.number(bytes[16..<24]))
            case .unixDomainSocket: .other
            }
        }
    }

    private static func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func ipv6(high: UInt64, low: UInt64) -> AddressGroup {
        let isMapped = high == 0 && low >> 32 == 0xffff
        return isMapped ? .ipv4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: low))) : .ipv6(high)
    }
}

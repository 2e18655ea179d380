public import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An address with the length of its network's prefix, of either version: a destination of routes, or an address of an
/// interface. Host bits are kept.
public enum IPNetwork: Hashable, Sendable, CustomStringConvertible {
    case v4(IPv4Address, length: Int)
    case v6(IPv6Address, length: Int)

    public init(_ prefix: IPv4Prefix) { self = .v4(prefix.network, length: prefix.length) }
    public init(_ prefix: IPv6Prefix) { self = .v6(prefix.network, length: prefix.length) }

    /// Bits of the network part.
    public var length: Int {
        switch self {
        case .v4(_, let length), .v6(_, let length): length
        }
    }

    public var family: IPFamily {
        switch self {
        case .v4: .v4
        case .v6: .v6
        }
    }

    /// The address, big-endian.
    var bytes: [UInt8] {
        switch self {
        case .v4(let address, _): (0..<4).map { UInt8(truncatingIfNeeded: address.rawValue >> UInt32(24 - $0 * 8)) }
        case .v6(let address, _):
            (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? address.high : address.low) >> UInt64(56 - $0 % 8 * 8)) }
        }
    }

    /// From big-endian bytes; `nil` unless there are as many as the family has.
    init?(_ family: IPFamily, _ bytes: some Collection<UInt8>, length: Int) {
        guard bytes.count == family.addressSize, (0...family.addressSize * 8).contains(length) else { return nil }
        switch family {
        case .v4: self = .v4(IPv4Address(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) }), length: length)
        case .v6:
            let words = [bytes.prefix(8), bytes.dropFirst(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
            self = .v6(IPv6Address(high: words[0], low: words[1]), length: length)
        }
    }

    /// `0.0.0.0/0` or `::/0`.
    static func everything(_ family: IPFamily) -> IPNetwork {
        switch family {
        case .v4: .v4(.unspecified, length: 0)
        case .v6: .v6(.unspecified, length: 0)
        }
    }

    public var description: String {
        switch self {
        case .v4(let address, let length): "\(address)/\(length)"
        case .v6(let address, let length): "\(address)/\(length)"
        }
    }
}

/// A version of the Internet Protocol.
public enum IPFamily: Hashable, Sendable, CaseIterable {
    case v4
    case v6

    /// Bytes of an address.
    var addressSize: Int { self == .v4 ? 4 : 16 }

    /// Whether the kernel speaks it at all, whatever it is set to.
    var isKnownToTheKernel: Bool {
        #if os(Linux)
            let kind = Int32(SOCK_DGRAM.rawValue)
        #else
            let kind = SOCK_DGRAM
        #endif
        let descriptor = socket(self == .v4 ? AF_INET : AF_INET6, kind, 0)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}

import PIMCore
import PIMCrypto
import PIMWire

@testable import PIMNode

extension IPAddress {
    static func ipv4(_ text: String) -> IPAddress { .v4(IPv4Address(text) ?? .unspecified) }
    static func ipv6(_ text: String) -> IPAddress { .v6(IPv6Address(text) ?? IPv6Address(high: 0, low: 0)) }

    /// The addresses a node has in the default networks.
    static func derived(_ node: NodeID) -> (ipv4: IPAddress, ipv6: IPAddress) {
        (.v4(MeshAddress.ipv4(of: node, in: .mesh)), .v6(MeshAddress.ipv6(of: node, in: .mesh)))
    }

    /// The bytes as they stand in a packet.
    var bytes: [UInt8] {
        switch self {
        case .v4(let address): (0..<4).map { UInt8(truncatingIfNeeded: address.rawValue >> UInt32(24 - 8 * $0)) }
        case .v6(let address):
            [address.high, address.low].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
            }
        }
    }
}

/// An empty packet between two addresses of one version.
func emptyPacket(from source: IPAddress, to destination: IPAddress) -> [UInt8] {
    if case .v4 = source {
        return [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 59, 0, 0] + source.bytes + destination.bytes
    }
    return [0x60, 0, 0, 0, 0, 0, 59, 64] + source.bytes + destination.bytes
}

func header(from source: IPAddress, to destination: IPAddress) throws -> IPHeader {
    try emptyPacket(from: source, to: destination).withUnsafeBytes { try IPHeader(decoding: $0) }
}

public import PIMCore

/// The address every node has by its NodeID alone: no leases, no central pool. `spec/wire.md` §4.2.
public enum MeshAddress {
    private static let keyMaterial = Array("pim-mesh-derivation".utf8)
    static let ipv4Key = BLAKE3.deriveKey(context: "pim-mesh-v4", material: keyMaterial)
    static let ipv6Key = BLAKE3.deriveKey(context: "pim-mesh-v6", material: keyMaterial)

    /// The IPv4 address of a node in a mesh network. In a /16, 300 nodes have an even chance of one collision.
    public static func ipv4(of node: NodeID, in prefix: IPv4Prefix) -> IPv4Address {
        let digest = BLAKE3.keyedHash(key: ipv4Key, node.bytes)
        let raw = digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        let mask = prefix.hostMask
        var host = raw & mask
        if mask > 1 {
            // Network and broadcast address are nobody's.
            if host == 0 { host = 1 } else if host == mask { host = mask - 1 }
        }
        return IPv4Address(rawValue: prefix.network.rawValue | host)
    }

    /// The IPv6 address of a node in a mesh network.
    public static func ipv6(of node: NodeID, in prefix: IPv6Prefix) -> IPv6Address {
        let digest = BLAKE3.keyedHash(key: ipv6Key, node.bytes)
        let mask = prefix.hostMask
        let high = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } & mask.high
        var low = digest.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) } & mask.low
        if prefix.length < 127 {
            if high == 0, low == 0 { low = 1 } else if high == mask.high, low == mask.low { low -= 1 }
        }
        return IPv6Address(high: prefix.network.high | high, low: prefix.network.low | low)
    }
}

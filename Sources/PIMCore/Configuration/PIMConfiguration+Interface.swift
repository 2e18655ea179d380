extension PIMConfiguration {
    /// `[interface]`: the virtual network interface and the prefixes mesh addresses are derived from
    /// (`spec/config.md` §3.2).
    public struct Interface: Sendable, Equatable {
        /// Whether to create the interface at all. Addresses are derived and shown either way.
        public var enabled = true
        /// The interface's name; macOS needs `utunN`.
        public var name = "pim0"
        /// Bytes per packet.
        public var mtu: UInt32 = 1400
        /// The same on every node of a mesh.
        public var meshIPv4Prefix = IPv4Prefix.mesh
        /// The same on every node of a mesh.
        public var meshIPv6Prefix = IPv6Prefix.mesh

        public init() {}
    }
}

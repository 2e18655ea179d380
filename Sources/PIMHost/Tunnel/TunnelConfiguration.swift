public import PIMCore

/// What a TUN device needs to be part of the mesh: this node's addresses in the mesh's networks, and the size of packets.
public struct TunnelConfiguration: Sendable, Hashable {
    /// IPv6 does not work below this (RFC 8200 §5).
    static let smallestIPv6MTU: UInt32 = 1280
    /// Bytes of the largest super-packet asked of the kernel, so that each fits into a frame of the mesh.
    static let largestSegmented: UInt32 = 65_000

    public var ipv4: IPv4Address
    public var ipv4Prefix: IPv4Prefix
    public var ipv6: IPv6Address
    public var ipv6Prefix: IPv6Prefix
    /// Bytes per packet.
    public var mtu: UInt32

    public init(
        ipv4: IPv4Address, in ipv4Prefix: IPv4Prefix, ipv6: IPv6Address, in ipv6Prefix: IPv6Prefix, mtu: UInt32
    ) {
        self.ipv4 = ipv4
        self.ipv4Prefix = ipv4Prefix
        self.ipv6 = ipv6
        self.ipv6Prefix = ipv6Prefix
        self.mtu = mtu
    }

    /// The first host of the IPv4 network: what routes through the mesh name as their next hop, whether or not a node has
    /// that address (`spec/scenarios.md` §0.2).
    public var firstHost: IPv4Address { IPv4Address(rawValue: ipv4Prefix.network.rawValue &+ 1) }

    /// Sets IPv4, IPv6 and MTU and switches the device on, in this order (`spec/host-network.md` §2). A device that was
    /// configured outside is left as it is.
    ///
    /// - Returns: What could not be had but is no reason to do without the mesh, in words.
    /// - Throws: `PIMError` that says which step failed.
    public func apply(to device: TunnelDevice) async throws(PIMError) -> [String] {
        if device.isConfiguredOutside { return [] }
        #if os(Linux)
            return try apply(to: device, using: Rtnetlink())
        #elseif canImport(Darwin)
            return try await applyByProgram(to: device)
        #else
            throw PIMError(.tun, "interfaces cannot be configured on this system")
        #endif
    }
}

public import PIMCore

/// What the kernel is to do with packets between the mesh and the Internet, as a script for `nft -f -`.
///
/// Everything is in one table, `inet pim`, which the script makes anew as a whole or not at all and which goes as a whole:
/// rules of others are neither read nor touched (`spec/host-network.md` §10.13). The daemon writes packets of the mesh into
/// its interface; the kernel forwards, counts and masquerades them.
public struct GatewayRules: Sendable, Hashable {
    /// The table, for commands that name it.
    public static let table = ["inet", "pim"]

    /// The sets with what nodes of the mesh are kept from.
    static let deniedSets = ["denied4", "denied6"]

    /// The mesh's interface.
    public var interface: InterfaceName
    /// The interface that leads out for IPv4; `nil` stands for any but the mesh's own.
    public var uplink: InterfaceName?
    /// The same for IPv6, which may be another one (`spec/host-network.md` §5).
    public var uplinkIPv6: InterfaceName?
    public var meshIPv4Prefix: IPv4Prefix
    public var meshIPv6Prefix: IPv6Prefix
    /// Flows open at a time, both IP versions together; 0 for as many as the kernel tracks.
    public var maxConnections: UInt32
    /// Flows a node may have open at a time in each IP version; 0 for no limit of its own.
    public var maxConnectionsPerNode: UInt32
    public var egress: EgressPolicy

    public init(
        interface: InterfaceName, uplink: InterfaceName?, uplinkIPv6: InterfaceName?,
        meshIPv4Prefix: IPv4Prefix = .mesh,
        meshIPv6Prefix: IPv6Prefix = .mesh, maxConnections: UInt32 = 200, maxConnectionsPerNode: UInt32 = 0,
        egress: EgressPolicy = EgressPolicy()
    ) {
        self.interface = interface
        self.uplink = uplink
        self.uplinkIPv6 = uplinkIPv6
        self.meshIPv4Prefix = meshIPv4Prefix
        self.meshIPv6Prefix = meshIPv6Prefix
        self.maxConnections = maxConnections
        self.maxConnectionsPerNode = maxConnectionsPerNode
        self.egress = egress
    }

    /// Deletes the table, whether it is there or not.
    public static let removal = "add table inet pim\ndelete table inet pim\n"

    /// Replaces the table in one step.
    public var script: String {
        """
        \(Self.removal)table inet pim {
        \(GatewayCounter.allCases.map { "    counter \($0.rawValue) { }" }.joined(separator: "\n"))

            set denied4 {
                type ipv4_addr; flags interval; auto-merge
                elements = { \(egress.deniedIPv4.joined(separator: ", ")) }
            }
            set denied6 {
                type ipv6_addr; flags interval; auto-merge
                elements = { \(egress.deniedIPv6.joined(separator: ", ")) }
            }
            set nodes4 {
                type ipv4_addr; size 65536; flags dynamic
            }
            set nodes6 {
                type ipv6_addr; size 65536; flags dynamic
            }

        \(chains)
        }

        """
    }

    private var chains: String {
        """
            chain forward {
                type filter hook forward priority filter; policy accept;
                iifname \(quoted(interface)) goto leaving
                oifname \(quoted(interface)) goto returning
            }

            chain leaving {
                ct state invalid counter name invalid drop
                ip saddr != \(meshIPv4Prefix) counter name spoofed drop
                ip6 saddr != \(meshIPv6Prefix) counter name spoofed drop
                \(strayed("ipv4", uplink))
                \(strayed("ipv6", uplinkIPv6))
                ip daddr \(meshIPv4Prefix) counter name strayed drop
                ip6 daddr \(meshIPv6Prefix) counter name strayed drop
                \(segmentSize)
                ct state established,related counter name sent accept
                ip daddr @denied4 counter name denied drop
                ip6 daddr @denied6 counter name denied drop
        \(limits.map { "        \($0)\n" }.joined())        counter name sent accept
            }

            chain returning {
                \(segmentSize)
                ct state established,related counter name received accept
                counter name uninvited drop
            }

            chain input {
                type filter hook input priority filter; policy accept;
                iifname \(quoted(interface)) goto arriving
            }

            chain arriving {
                ct state established,related accept
                ip daddr \(meshIPv4Prefix) accept
                ip6 daddr \(meshIPv6Prefix) accept
                counter name host drop
            }

            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr \(meshIPv4Prefix) \(leaves(uplink)) masquerade
                ip6 saddr \(meshIPv6Prefix) \(leaves(uplinkIPv6)) masquerade
            }
        """
    }

    /// What a segment may carry follows from the narrower of the two ways (`spec/host-network.md` §10.16).
    private let segmentSize = "tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu"

    /// Only flows that would be let through otherwise count.
    private var limits: [String] {
        var rules: [String] = []
        if maxConnectionsPerNode > 0 {
            for (version, set) in [("ip", "nodes4"), ("ip6", "nodes6")] {
                rules.append(
                    "ct state new add @\(set) { \(version) saddr ct count over \(maxConnectionsPerNode) } "
                        + "counter name over_node_limit drop")
            }
        }
        if maxConnections > 0 {
            rules.append("ct state new ct count over \(maxConnections) counter name over_limit drop")
        }
        return rules
    }

    private func strayed(_ version: String, _ uplink: InterfaceName?) -> String {
        let elsewhere = uplink.map { "oifname != \(quoted($0))" } ?? "oifname \(quoted(interface))"
        return "meta nfproto \(version) \(elsewhere) counter name strayed drop"
    }

    private func leaves(_ uplink: InterfaceName?) -> String {
        uplink.map { "oifname \(quoted($0))" } ?? "oifname != \(quoted(interface))"
    }

    private func quoted(_ name: InterfaceName) -> String { "\"\(name)\"" }
}

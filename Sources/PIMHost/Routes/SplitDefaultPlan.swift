#if os(Linux)
    internal import PIMCore

    /// Which routes and rules send this machine's traffic into the mesh (`spec/host-network.md` §4, §10.1, §10.3).
    ///
    /// The routes stand in a table of our own; what the machine has in its main table is not touched. Two rules lead there:
    ///
    ///     7476: from all lookup main suppress_prefixlength 0
    ///     7477: not from all fwmark 0x50494d00 lookup 7477
    ///
    /// The first finds whatever the main table knows better than by its default route: local networks and VPNs. The second
    /// sends the rest into the mesh, except for the daemon's own sockets, which carry the mark and so go on to the default
    /// route.
    ///
    /// With the kill switch there is no first rule. Whoever runs the local network can hand out routes that are more specific
    /// than a default route (DHCP option 121), or addresses whose network is half the internet, and so take what he likes
    /// past the tunnel. In its place:
    ///
    ///     7477: not from all fwmark 0x50494d00 lookup 7477
    ///     7478: not from all fwmark 0x50494d00 lookup main suppress_prefixlength 0
    ///     7479: not from all fwmark 0x50494d00 lookup 7478
    ///
    /// Table 7477 has the mesh's own networks, too, and `throw` routes for private networks: of those the main table may know
    /// better than by its default route. What it does not know meets table 7478, which leads into the mesh again. Unreachable
    /// routes stand behind those into the mesh. They stay when the kernel takes the others away with the interface, so a
    /// killed daemon does not let traffic out. While the daemon lives and knows no gateway, its interface swallows what is
    /// sent: unreachable routes would make the kernel drop answers to the daemon's own sockets, too, where `rp_filter` is on.
    public struct SplitDefaultPlan: Sendable, Hashable {
        /// The table, and the priority of the rule that leads to it.
        public static let table: UInt32 = 7477
        /// Where the kill switch leads what the main table did not know either.
        static let lastTable: UInt32 = 7478
        /// What the daemon's own sockets are marked with.
        public static let mark = SocketMark.daemon

        /// The kernel's default, written out so that a route read back is equal.
        private static let ipv6Metric: UInt32 = 1024
        private static let lastResort: UInt32 = 20_000

        public var routes: [IPRoute] = []
        public var rules: [IPRule] = []

        /// Without the kill switch.
        private static func openRules(_ family: IPFamily) -> [IPRule] {
            [
                IPRule(family: family, priority: table - 1, table: IPRoute.mainTable, suppressedPrefixLength: 0),
                IPRule(family: family, priority: table, mark: mark, isInverted: true, table: table),
            ]
        }

        /// With it.
        private static func holdingRules(_ family: IPFamily) -> [IPRule] {
            [
                IPRule(family: family, priority: table, mark: mark, isInverted: true, table: table),
                IPRule(
                    family: family, priority: table + 1, mark: mark, isInverted: true, table: IPRoute.mainTable,
                    suppressedPrefixLength: 0),
                IPRule(family: family, priority: table + 2, mark: mark, isInverted: true, table: lastTable),
            ]
        }

        /// Whether a rule is ours, wherever it is found.
        static func owns(_ rule: IPRule) -> Bool {
            rule.table == table || rule.table == lastTable || openRules(rule.family).contains(rule)
                || holdingRules(rule.family).contains(rule)
        }

        /// The halves of everything: more specific than any default route.
        static func halves(_ family: IPFamily) -> [IPNetwork] {
            switch family {
            case .v4: [.v4(.unspecified, length: 1), .v4(IPv4Address(rawValue: 1 << 31), length: 1)]
            case .v6: [.v6(.unspecified, length: 1), .v6(IPv6Address(high: 1 << 63, low: 0), length: 1)]
            }
        }

        /// Networks no address of the internet is in: private ones (RFC 1918, RFC 4193) and link-local ones.
        private static func privateNetworks(_ family: IPFamily) -> [IPNetwork] {
            switch family {
            case .v4:
                [
                    .v4(IPv4Address(rawValue: 0x0A00_0000), length: 8),
                    .v4(IPv4Address(rawValue: 0xAC10_0000), length: 12),
                    .v4(IPv4Address(rawValue: 0xC0A8_0000), length: 16),
                    .v4(IPv4Address(rawValue: 0xA9FE_0000), length: 16),
                ]
            case .v6:
                [
                    .v6(IPv6Address(high: 0xFC00 << 48, low: 0), length: 7),
                    .v6(IPv6Address(high: 0xFE80 << 48, low: 0), length: 10),
                ]
            }
        }

        /// No router passes it on by itself: it never gets beyond the local network.
        private static func multicast(_ family: IPFamily) -> IPNetwork {
            switch family {
            case .v4: .v4(IPv4Address(rawValue: 0xE000_0000), length: 4)
            case .v6: .v6(IPv6Address(high: 0xFF00 << 48, low: 0), length: 8)
            }
        }

        /// Nothing at all: traffic uses the uplink.
        public static let nothing = SplitDefaultPlan()

        private init() {}

        /// - Parameters:
        ///   - interface: The kernel's number of the TUN device.
        ///   - tunnel: How that is configured: the networks of the mesh, and the next hop that the IPv4 routes name.
        ///   - families: What the TUN device has addresses of.
        ///   - hasKillSwitch: `routing.kill_switch`. Covers both families, whatever the device has.
        public init(
            interface: UInt32, _ tunnel: TunnelConfiguration, families: Set<IPFamily>, hasKillSwitch: Bool
        ) {
            for family in IPFamily.allCases {
                let isCarried = families.contains(family)
                let mesh = family == .v4 ? IPNetwork(tunnel.ipv4Prefix) : IPNetwork(tunnel.ipv6Prefix)
                let metric = family == .v4 ? 0 : Self.ipv6Metric
                let intoTheMesh = { (table: UInt32) in
                    Self.halves(family).map { half in
                        IPRoute(
                            to: half, interface: interface, gateway: family == .v4 ? tunnel.firstHost : nil,
                            isOnLink: family == .v4, table: table, metric: metric)
                    }
                }
                if isCarried { routes += intoTheMesh(Self.table) }
                guard hasKillSwitch else {
                    if isCarried { rules += Self.openRules(family) }
                    continue
                }
                if isCarried {
                    routes += intoTheMesh(Self.lastTable)
                    routes.append(IPRoute(to: mesh, interface: interface, table: Self.table, metric: metric))
                }
                let behind = { (network: IPNetwork, kind: IPRoute.Kind, table: UInt32) in
                    IPRoute(to: network, kind: kind, table: table, metric: Self.lastResort)
                }
                routes += (Self.halves(family) + [mesh]).map { behind($0, .unreachable, Self.table) }
                routes += Self.halves(family).map { behind($0, .unreachable, Self.lastTable) }
                routes += Self.privateNetworks(family).filter { $0 != mesh }.map { behind($0, .throw, Self.table) }
                routes += [Self.table, Self.lastTable].map { behind(Self.multicast(family), .throw, $0) }
                rules += Self.holdingRules(family)
            }
        }
    }
#endif

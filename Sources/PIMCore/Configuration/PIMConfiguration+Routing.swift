extension PIMConfiguration {
    /// `[routing]` (`spec/config.md` §3.6). Its `algorithm` can only be `distance-vector` and is not kept.
    public struct Routing: Sendable, Equatable {
        /// How resolvers are handed to the system while the default route points into the mesh.
        public enum DNSMode: String, Sendable, Hashable, CaseIterable {
            /// `resolvectl` when it answers, else `resolv.conf`.
            case auto
            case resolvectl
            case resolvConf = "resolv_conf"
            case off
        }

        /// Routes longer than this are not used, at least 1.
        public var maxHops: UInt8 = 10
        /// Age in seconds after which an unrefreshed route is dropped, at least 1.
        public var routeExpirySeconds: UInt64 = 300
        /// IP addresses of resolvers; empty leaves name resolution alone.
        public var dnsServers = ["1.1.1.1", "1.0.0.1", "8.8.8.8"]
        public var dnsMode = DNSMode.auto
        /// Whether traffic is held back, instead of using the uplink, while the default route points into the mesh and no
        /// gateway is known (`spec/host-network.md` §10.3).
        public var killSwitch = false

        public init() {}
    }
}

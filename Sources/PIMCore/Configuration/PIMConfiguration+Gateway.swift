extension PIMConfiguration {
    /// `[gateway]`: a way out of the mesh (`spec/config.md` §3.7).
    public struct Gateway: Sendable, Equatable {
        public var enabled = false
        /// The interface that leads out.
        public var natInterface = "eth0"
        /// Flows that may be open through it at a time; 0 for as many as the kernel tracks.
        public var maxConnections: UInt32 = 200
        /// Flows one node may have open at a time; 0 for no limit of its own.
        public var maxConnectionsPerNode: UInt32 = 0
        /// Whether the mesh may reach private networks behind this gateway, not only the Internet
        /// (`spec/host-network.md` §10.9).
        public var allowPrivate = false

        public init() {}
    }

    /// `[relay]`: forwarding for others (`spec/config.md` §3.8).
    public struct Relay: Sendable, Equatable {
        /// `true` advertises the role; `nil` forwards without advertising it; `false` does neither. See
        /// ``PIMConfiguration/relaysForOthers``.
        public var enabled: Bool?

        public init() {}
    }
}

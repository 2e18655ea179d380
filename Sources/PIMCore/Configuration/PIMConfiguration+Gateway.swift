extension PIMConfiguration {
    /// `[gateway]`: a way out of the mesh (`spec/config.md` §3.7).
    public struct Gateway: Sendable, Equatable {
        public var enabled = false
        /// The interface that leads out.
        public var natInterface = "eth0"
        public var maxConnections: UInt32 = 200

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

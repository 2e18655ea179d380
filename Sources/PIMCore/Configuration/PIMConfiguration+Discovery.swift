extension PIMConfiguration {
    /// `[discovery]`: finding nodes on the local network by UDP (`spec/config.md` §3.3).
    public struct Discovery: Sendable, Equatable {
        public var enabled = true
        /// Whether this node announces itself; `false` listens only, so that nobody near learns that it is there
        /// (`spec/discovery.md` §12.10).
        public var announce = true
        /// UDP port to send to and to receive on.
        public var port: UInt16 = 9101
        /// Period of advertisements, at least 1.
        public var broadcastIntervalMilliseconds: UInt64 = 5000
        /// Age after which an unseen peer is stale, at least 1.
        public var peerTimeoutMilliseconds: UInt64 = 30_000
        /// Connect to peers that advertise the relay role.
        public var connectRelays = true
        /// Connect to peers that advertise the gateway role.
        public var connectGateways = true

        public init() {}
    }
}

extension PIMConfiguration {
    /// `[transport]`: TCP links (`spec/config.md` §3.5). Its `type` can only be `tcp` and is not kept.
    public struct Transport: Sendable, Equatable {
        /// TCP port of the listener; 0 lets the kernel choose.
        public var listenPort: UInt16 = 9100
        /// Attempts per discovered target before giving up; configured peers are tried for ever.
        public var maxReconnectAttempts: UInt32 = 20
        /// At least 1.
        public var connectTimeoutMilliseconds: UInt64 = 3000
        /// Ages out discovered targets.
        public var peerCleanup = PeerCleanup.ephemeral

        public init() {}
    }
}

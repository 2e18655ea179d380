extension PIMConfiguration {
    /// `[messaging]`: how identities spread and age (`spec/config.md` §3.13). Effective with or without the messaging
    /// plugin, whose own keys are in `[plugins.messaging]`.
    public struct Messaging: Sendable, Equatable {
        public var broadcast = Broadcast()
        /// Ages out the directory rows of peers unseen for long.
        public var peerCleanup = PeerCleanup.identity

        public init() {}
    }

    /// `[messaging.broadcast]`.
    public struct Broadcast: Sendable, Equatable {
        /// The shortest period accepted for ``outgoingIntervalSeconds``, from the file or at run time.
        public static let minimumIntervalSeconds: UInt64 = 30

        /// Period of sending this node's PeerInfo to every destination; `nil` is off.
        public var outgoingIntervalSeconds: UInt64?
        /// Whether a routed PeerInfo raises an event; its key is kept in either case.
        public var watchIncoming = true
        /// Routed PeerInfo of one peer closer together than this is dropped; 0 drops none.
        public var minimumPeerIntervalSeconds: UInt64 = 60
        /// Ages out the entries of that limit.
        public var peerCleanup = PeerCleanup.ephemeral

        public init() {}
    }
}

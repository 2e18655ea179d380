extension PIMConfiguration {
    /// `[security]`: the node's key, and who may connect (`spec/config.md` §3.9). Its `require_encryption` can only be
    /// `true` and is not kept.
    public struct Security: Sendable, Equatable {
        /// Who is admitted once a handshake has proved its NodeID.
        public enum AuthorizationPolicy: String, Sendable, Hashable, CaseIterable {
            case allowAll = "allow_all"
            /// Nobody but ``Security/authorizedPeers``.
            case allowList = "allow_list"
            /// Everybody, and everybody is recorded.
            case trustOnFirstUse = "trust_on_first_use"
        }

        /// What happens to links whose other end cannot seal its control frames (`design/extensions.md` §2).
        public enum ReferencePeers: String, Sendable, Hashable, CaseIterable {
            case allow
            case refuse
        }

        /// The file of the Ed25519 seed.
        public var keyFile = "~/.pim/node.key"
        public var authorizationPolicy = AuthorizationPolicy.allowAll
        /// Used by `allow_list` only; empty admits nobody.
        public var authorizedPeers: [NodeID] = []
        /// Used by `trust_on_first_use` only.
        public var trustStoreFile = "~/.pim/trusted-peers.toml"
        public var referencePeers = ReferencePeers.allow

        public init() {}
    }
}

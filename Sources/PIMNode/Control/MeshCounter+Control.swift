public import PIMCore

/// What the control plane counts.
extension MeshCounter {
    /// A frame other than a handshake on a link without a session. Reference nodes send early heartbeats.
    public static let controlBeforeSession = MeshCounter(rawValue: "control_before_session")
    /// A handshake message nobody waits for.
    public static let handshakeUnexpected = MeshCounter(rawValue: "handshake_unexpected")
    /// A handshake that failed: bad key, signature or confirmation.
    public static let handshakeFailed = MeshCounter(rawValue: "handshake_failed")
    /// An Init with an ephemeral key and nonce that were seen before.
    public static let handshakeReplayed = MeshCounter(rawValue: "handshake_replayed")
    /// A handshake above the limits for strangers or for one link.
    public static let handshakeOverLimit = MeshCounter(rawValue: "handshake_over_limit")
    public static let handshakeTimedOut = MeshCounter(rawValue: "handshake_timed_out")
    public static let notAuthorized = MeshCounter(rawValue: "handshake_not_authorized")
    /// A preamble that names another node than the key behind it.
    public static let forgedPreamble = MeshCounter(rawValue: "forged_preamble")
    /// Our own key at the other end.
    public static let selfConnection = MeshCounter(rawValue: "self_connection")
    public static let confirmMismatch = MeshCounter(rawValue: "handshake_confirm_mismatch")
    /// A session no proof came for that the peer accepted it.
    public static let unconfirmedSession = MeshCounter(rawValue: "session_unconfirmed")
    public static let sessionEstablished = MeshCounter(rawValue: "session_established")
    public static let sessionRenewed = MeshCounter(rawValue: "session_renewed")
    public static let duplicateLink = MeshCounter(rawValue: "duplicate_link")
    public static let peerSilent = MeshCounter(rawValue: "peer_silent")
    public static let peerExcluded = MeshCounter(rawValue: "peer_excluded")
    /// A clear frame above its kind's limit for one link.
    public static let controlOverLimit = MeshCounter(rawValue: "control_over_limit")
    /// A clear frame that does not decode.
    public static let controlMalformed = MeshCounter(rawValue: "control_malformed")
    /// A frame the data path could not open or decode on a link with a session.
    public static let badFrame = MeshCounter(rawValue: "bad_frame")
    /// Goodbye in the name of another node.
    public static let foreignGoodbye = MeshCounter(rawValue: "goodbye_for_another")
    /// A heartbeat in the name of another node.
    public static let foreignHeartbeat = MeshCounter(rawValue: "heartbeat_for_another")
    /// A pong that answers no ping sent to that peer.
    public static let unknownPong = MeshCounter(rawValue: "pong_unknown")
    /// A route update signed by nobody, or wrongly.
    public static let routeSignatureInvalid = MeshCounter(rawValue: "route_signature_invalid")
    /// A route update that is not newer than the last one.
    public static let routeUpdateStale = MeshCounter(rawValue: "route_update_stale")
    /// A route update in the name of another node.
    public static let routeUpdateForeign = MeshCounter(rawValue: "route_update_for_another")
    /// A route update that puts another node at distance 0.
    public static let routeDistanceLie = MeshCounter(rawValue: "route_distance_lie")
    /// A route entry whose address is not the one derived here: another prefix at the other end, or a lie.
    public static let routeAddressMismatch = MeshCounter(rawValue: "route_address_mismatch")
    /// A routed PeerInfo that came sooner after its like than `min_peer_interval_s`.
    public static let peerInfoTooSoon = MeshCounter(rawValue: "peer_info_too_soon")
    /// A routed control frame that means nothing when routed.
    public static let routedControlIgnored = MeshCounter(rawValue: "routed_control_ignored")
    public static let addressCollision = MeshCounter(rawValue: "address_collision")
}

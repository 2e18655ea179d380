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
    /// A handshake of a revoked node.
    public static let revokedRefused = MeshCounter(rawValue: "handshake_revoked")
    /// A preamble that names another node than the key behind it.
    public static let forgedPreamble = MeshCounter(rawValue: "forged_preamble")
    /// Another node than the expected one at a target's address.
    public static let unexpectedIdentity = MeshCounter(rawValue: "unexpected_identity")
    /// Our own key at the other end.
    public static let selfConnection = MeshCounter(rawValue: "self_connection")
    public static let confirmMismatch = MeshCounter(rawValue: "handshake_confirm_mismatch")
    /// A session no proof came for that the peer accepted it.
    public static let unconfirmedSession = MeshCounter(rawValue: "session_unconfirmed")
    public static let sessionEstablished = MeshCounter(rawValue: "session_established")
    public static let sessionRenewed = MeshCounter(rawValue: "session_renewed")
    public static let duplicateLink = MeshCounter(rawValue: "duplicate_link")
    /// A sealed link fell silent and carries nothing until it is heard again.
    public static let linkStalled = MeshCounter(rawValue: "link_stalled")
    /// A stalled link was heard again before its session was given up.
    public static let linkRevived = MeshCounter(rawValue: "link_revived")
    /// Another one of two links to a peer carries from now on.
    public static let linkMoved = MeshCounter(rawValue: "link_moved")
    /// The network of this machine changed, or it slept: links were probed and back-offs forgotten.
    public static let linksProbed = MeshCounter(rawValue: "links_probed")
    public static let peerSilent = MeshCounter(rawValue: "peer_silent")
    public static let peerExcluded = MeshCounter(rawValue: "peer_excluded")
    /// An address strangers misbehaved from.
    public static let addressRestricted = MeshCounter(rawValue: "address_restricted")
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
    /// A PeerInfo that is signed wrongly, for another node or by another one.
    public static let originInvalid = MeshCounter(rawValue: "peer_info_signature_invalid")
    /// A signed PeerInfo above the number of signatures checked for one link.
    public static let originOverLimit = MeshCounter(rawValue: "peer_info_signature_over_limit")
    /// An unsigned PeerInfo in the name of a node that signs.
    public static let unsignedIgnored = MeshCounter(rawValue: "peer_info_unsigned_ignored")
    /// A routed PeerInfo of a node there is no route to.
    public static let peerInfoWithoutRoute = MeshCounter(rawValue: "peer_info_without_route")
    /// An answer to no offer of this node.
    public static let answerUnexpected = MeshCounter(rawValue: "session_answer_unexpected")
    /// An offer that was answered before.
    public static let offerReplayed = MeshCounter(rawValue: "session_offer_replayed")
    /// An offer above the limits for its source or its link.
    public static let offerOverLimit = MeshCounter(rawValue: "session_offer_over_limit")
    /// A key agreement that gives no key.
    public static let offerWeak = MeshCounter(rawValue: "session_offer_weak")
    public static let offerMade = MeshCounter(rawValue: "session_offer_made")
    public static let offerAnswered = MeshCounter(rawValue: "session_offer_answered")
    public static let offerGivenUp = MeshCounter(rawValue: "session_offer_given_up")
    /// A session between this node and another one stands.
    public static let endToEndEstablished = MeshCounter(rawValue: "session_end_to_end_established")
    /// A session ended to make room for another one.
    public static let endToEndEvicted = MeshCounter(rawValue: "session_end_to_end_evicted")
    /// A clear frame on a link to a node that used to seal its links, before one of its Data frames opened.
    public static let guardedFrame = MeshCounter(rawValue: "drop_guarded_link")
    /// A peer without sealed links, where those are refused.
    public static let referenceRefused = MeshCounter(rawValue: "reference_peer_refused")
    /// A routed PeerInfo that came sooner after its like than `min_peer_interval_s`.
    public static let peerInfoTooSoon = MeshCounter(rawValue: "peer_info_too_soon")
    /// A routed control frame that means nothing when routed.
    public static let routedControlIgnored = MeshCounter(rawValue: "routed_control_ignored")
    public static let addressCollision = MeshCounter(rawValue: "address_collision")
}

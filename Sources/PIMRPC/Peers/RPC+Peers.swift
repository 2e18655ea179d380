internal import PIMCore

extension RPC {
    public static let peersList = RPCMethod<PeerListParameters, [PeerSummary]>(
        "peers.list",
        summary: "The neighbours: one entry for each live session, and for each configured peer without one.")

    public static let peersDiscovered = RPCMethod<NoParameters, [DiscoveredPeer]>(
        "peers.discovered",
        summary: "The nodes that announce themselves nearby, connected or not: one entry for each address.")

    /// Ours.
    public static let findPeers = RPCMethod<FindPeersParameters, FoundPeers>(
        "peers.find",
        summary: "The nodes of the directory a text may mean, connected or not: by name, or else by NodeID.",
        errors: [.invalidParams])

    public static let importIdentity = RPCMethod<ImportIdentityParameters, ImportIdentityResult>(
        "peers.import_identity",
        summary: "Pins a node's key, obtained out of band. A different key that is pinned already stays.",
        errors: [.invalidParams, .identityMismatch, .storageFailed])

    public static let forgetPeer = RPCMethod<ForgetPeerParameters, ForgetPeerResult>(
        "peers.forget", summary: "Deletes a node from the directory and, unless told otherwise, its messages.",
        errors: [.invalidParams, .storageFailed])

    public static let revokePeer = RPCMethod<RevocationParameters, RevokePeerResult>(
        "peers.revoke", summary: "Ends every session with a node and refuses new ones, until peers.restore.",
        errors: [.invalidParams, .storageFailed])

    public static let restorePeer = RPCMethod<RevocationParameters, RestorePeerResult>(
        "peers.restore", summary: "Undoes peers.revoke.", errors: [.invalidParams, .storageFailed])

    public static let revokedPeers = RPCMethod<NoParameters, RevokedPeers>(
        "peers.revoked", summary: "The revoked nodes.")

    public static let broadcastIdentity = RPCMethod<NoParameters, BroadcastResult>(
        "peers.broadcast_identity_now", summary: "Tells every reachable node this node's key and name.")

    public static let broadcastState = RPCMethod<NoParameters, BroadcastState>(
        "peers.get_broadcast_state", summary: "How this node makes itself known, and when it last did to everybody.")

    public static let setBroadcast = RPCMethod<SetBroadcastParameters, BroadcastState>(
        "peers.set_broadcast_config", summary: "Changes how this node makes itself known, at once and in the file.",
        errors: [.invalidParams, .broadcastIntervalTooSmall, .configurationInvalid, .configurationRejected])

    public static let addStaticPeer = RPCMethod<AddStaticPeerParameters, AddStaticPeerResult>(
        "peers.add_static", summary: "Adds a peer to the configuration file and dials it from now on.",
        errors: [
            .invalidParams, .notSupported, .peerExists, .peerAddressInvalid, .configurationInvalid,
            .configurationRejected,
        ])

    public static let removePeer = RPCMethod<RemovePeerParameters, NoResult>(
        "peers.remove",
        summary: "Takes a peer out of the configuration file, dials it no more, and closes the link to it.",
        errors: [.invalidParams, .peerNotFound, .configurationInvalid, .configurationRejected])

    public static let pairPeer = RPCMethod<PairPeerParameters, PeerSummary>(
        "peers.pair", summary: "Dials a peer and waits until it has proven who it is; for once, or for good.",
        errors: [
            .invalidParams, .notSupported, .peerNotFound, .peerAddressInvalid, .pairingFailed, .noAnswer,
            .configurationInvalid, .configurationRejected,
        ])

    public static let connectPeer = RPCMethod<ConnectPeerParameters, ConnectPeerResult>(
        "peers.connect_dynamic",
        summary: "Dials a node at an address somebody else found, until this daemon ends or the link does.",
        errors: [.invalidParams, .internalError])

    static let peersMethods = [
        setBroadcast.description, addStaticPeer.description, removePeer.description, pairPeer.description,
        connectPeer.description,
        broadcastIdentity.description, broadcastState.description,
        peersList.description, peersDiscovered.description, findPeers.description, importIdentity.description,
        forgetPeer.description,
        revokePeer.description, restorePeer.description, revokedPeers.description,
    ]

    static let peersEvent = RPCEventDescription(
        .peers, summary: "A neighbour came, went or changed, or a node announced itself nearby.",
        parameters: PeersEvent.self)
}

internal import PIMCore

extension RPC {
    public static let peersList = RPCMethod<NoParameters, [PeerSummary]>(
        "peers.list",
        summary: "The neighbours: one entry for each live session, and for each configured peer without one.")

    public static let peersDiscovered = RPCMethod<NoParameters, [DiscoveredPeer]>(
        "peers.discovered",
        summary: "The nodes that announce themselves nearby, connected or not: one entry for each address.")

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

    static let peersMethods = [
        broadcastIdentity.description, broadcastState.description,
        peersList.description, peersDiscovered.description, importIdentity.description, forgetPeer.description,
        revokePeer.description, restorePeer.description, revokedPeers.description,
    ]
}

internal import PIMCore

extension RPC {
    public static let peersList = RPCMethod<NoParameters, [PeerSummary]>(
        "peers.list", summary: "The neighbours: one entry for each live session.")

    public static let importIdentity = RPCMethod<ImportIdentityParameters, ImportIdentityResult>(
        "peers.import_identity",
        summary: "Pins a node's key, obtained out of band. A different key that is pinned already stays.",
        errors: [.invalidParams, .identityMismatch, .storageFailed])

    public static let forgetPeer = RPCMethod<ForgetPeerParameters, ForgetPeerResult>(
        "peers.forget", summary: "Deletes a node from the directory and, unless told otherwise, its messages.",
        errors: [.invalidParams, .storageFailed])

    static let peersMethods = [peersList.description, importIdentity.description, forgetPeer.description]
}

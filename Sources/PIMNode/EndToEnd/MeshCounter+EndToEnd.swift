public import PIMCore

/// What the data plane counts of sessions between nodes.
extension MeshCounter {
    /// A sealed frame that does not open, or whose plaintext is none.
    public static let sealedUndecryptable = MeshCounter(rawValue: "drop_sealed_undecryptable")
    /// A sealed frame that was opened before, or is too old to tell.
    public static let sealedReplayed = MeshCounter(rawValue: "drop_sealed_replayed")
    /// A sealed frame under a session this node does not have.
    public static let sealedUnknownSession = MeshCounter(rawValue: "drop_sealed_unknown_session")
    /// A sealed frame whose source is not the session's other node.
    public static let sealedForeignSource = MeshCounter(rawValue: "drop_sealed_foreign_source")
    public static let sealedMalformed = MeshCounter(rawValue: "drop_sealed_malformed")
    /// A payload in reference form in the name of a node that seals its payloads.
    public static let referenceFormRefused = MeshCounter(rawValue: "drop_reference_form_of_pinned")
    /// A payload of this node for which no session came in time.
    public static let sessionMissing = MeshCounter(rawValue: "drop_no_session")
    /// A payload of this node that made room for newer ones while it waited for a session.
    public static let sessionWaitFull = MeshCounter(rawValue: "drop_session_wait_full")
}

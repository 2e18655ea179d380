internal import PIMCore

extension PeersEvent: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "kind": MemberNote(
            "What happened. `key_conflict` is ours: another key than the pinned one came in the peer's name.",
            example: "disconnected"),
        "peer": "Whom it is about: a discovery record with `discovered`, otherwise as in `peers.list`.",
        "reason": MemberNote(
            "For people; with `disconnected` and `pair_failed`.", example: "the peer fell silent"),
        "kept_x25519_pubkey": MemberNote("With `key_conflict`: the key that stays pinned.", example: .null),
        "refused_x25519_pubkey": MemberNote("With `key_conflict`: the key that was not believed.", example: .null),
    ]
}

extension PeersEvent.Subject: SchemaDescribing {
    public static func schema(in catalog: SchemaCatalog) throws -> RPCSchema {
        .oneOf([try catalog.schema(of: PeerSummary.self), try catalog.schema(of: DiscoveredPeer.self)])
    }
}

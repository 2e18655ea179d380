internal import PIMCore

private let dialledNote = MemberNote("`host:port`; an IPv6 address in brackets.", example: "192.0.2.7:9100")
private let mechanismNote = MemberNote("`tcp`, the default; others are refused where they are missing.", example: "tcp")
private let configEntryNote = MemberNote(
    "`entry-<mechanism>-<address>`, for `peers.remove`.", example: "entry-tcp-192.0.2.7:9100")
private let labelNote = MemberNote("What to call it here.", example: "harbour")

extension PeerListParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "include_relayed": MemberNote(
            "Ours: also the nodes reached through others, as in `status`; `false` when left out.",
            example: .bool(false))
    ]
}

extension AddStaticPeerParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "address": dialledNote,
        "mechanism": mechanismNote,
        "label": labelNote,
        "node_id": "Ours: who has to answer there.",
    ]
}

extension AddStaticPeerResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "Who answers there, if that was said or is known; otherwise `null`.",
        "config_entry_id": configEntryNote,
        "_label": MemberNote("As given; `null` without one.", example: "harbour"),
    ]
}

extension RemovePeerParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": MemberNote("The peer by its node; at least one of the two must be given.", example: .null),
        "config_entry_id": configEntryNote,
    ]
}

extension PairPeerParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": MemberNote(
            "Who has to answer; without `address` one that is discovered or configured.", example: .null),
        "address": dialledNote,
        "mechanism": mechanismNote,
        "trust": MemberNote(
            "`once`, the default: a link now, nothing is remembered. `persist`: also configured, and bound to who answered.",
            example: "persist"),
        "label": labelNote,
    ]
}

extension ConnectPeerParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "Who has to answer.",
        "address": MemberNote("Numeric `ip:port`; names are not looked up.", example: "127.0.0.1:40123"),
    ]
}

extension ConnectPeerResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "address": MemberNote("As given.", example: "127.0.0.1:40123"),
        "status": .words(
            "connected", "connecting",
            text: "`connecting` when the node has not proven itself after some seconds; it goes on."),
    ]
}

extension ImportIdentityParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "x25519_pubkey": "Its key, obtained out of band.",
        "friendly_name": MemberNote(
            "What to call it; white space at the ends is cut, empty is as if left out.", example: "Ada"),
    ]
}

extension ImportIdentityResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = ["imported": "Whether the node was unknown before."]
}

extension FindPeersParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "text": MemberNote(
            "A name, letter by letter; where nobody has it, the short form of a NodeID, or its first digits, 4 or more. Not empty.",
            example: "harbour")
    ]
}

extension FoundPeers: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "peers": MemberNote("By NodeID, at most \(FoundPeers.maximumCount); empty when the directory knows none.")
    ]
}

extension FoundPeers.Peer: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote("What it is called; `null` without a name.", example: "harbour"),
        "x25519_pubkey": "Its pinned key.",
    ]
}

extension ForgetPeerParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "also_delete_messages": MemberNote(
            "Messages are deleted too unless this is `false`.", example: .bool(false))
    ]
}

extension ForgetPeerResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "forgot_identity": "Whether the directory knew the node.",
        "deleted_messages": MemberNote("How many messages went with it.", .count, example: 0),
        "deleted_conversation": MemberNote("Whether a conversation went with it.", example: .bool(false)),
    ]
}

extension RevocationParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [:]
}

extension RevokePeerResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "revoked": "`false` when it was revoked before.",
        "ended_session": "Whether it was connected.",
    ]
}

extension RestorePeerResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = ["restored": "`false` when it was not revoked."]
}

extension RevokedPeers: MembersNoted {
    public static let memberNotes: [String: MemberNote] = ["revoked": "All of them, by NodeID."]
}

extension RevokedPeers.Peer: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote("What it called itself; `null` when the directory does not know it.", example: "harbour")
    ]
}

extension BroadcastResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "recipients": MemberNote(
            "Nodes there was a route to; each is sent an announcement of its own, a few a second.", .count,
            example: 3),
        "sent_at_ms": MemberNote("When it began, Unix milliseconds.", example: 1_772_357_400_250),
    ]
}

private let outgoingNote = MemberNote(
    "Seconds between announcements to everybody, at least 30; `null` turns them off.", .count, example: 300)
private let watchIncomingNote = MemberNote(
    "Whether announcements of others that came across the mesh are told as `peer_seen`.")
private let minimumIntervalNote = MemberNote(
    "Announcements of one node that come closer together than this, in seconds, are dropped.", example: 60)

extension BroadcastState: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "outgoing_interval_s": outgoingNote,
        "watch_incoming": watchIncomingNote,
        "min_peer_interval_s": minimumIntervalNote,
        "last_broadcast_ms": MemberNote(
            "When everybody was last told, Unix milliseconds; `null` before the first time.",
            example: 1_772_357_400_250),
        "last_recipient_count": MemberNote("How many that were; `null` before the first time.", example: 3),
    ]
}

extension SetBroadcastParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "outgoing_interval_s": MemberNote(
            "Seconds between announcements to everybody, at least 30; `null` turns them off, left out it stays.",
            .nullable(.integer(minimum: 30)), example: 300),
        "watch_incoming": watchIncomingNote,
        "min_peer_interval_s": MemberNote(minimumIntervalNote.text, .integer(minimum: 1), example: 60),
    ]
}

internal import PIMCore

extension PeerSummary: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "The node; empty text for a configured peer that never proved itself.",
        "node_id_short": MemberNote(
            "The node for people, 18 characters; empty text with `node_id`.",
            .pattern("^([0-9a-f]{8}[.]{2}[0-9a-f]{8})?$", name: "18 characters or empty"),
            example: "a3f1b2c4..9d32e0f8"),
        "label": MemberNote(
            "The configured label, else the name the peer announced; `null` while neither is known.",
            example: "harbour"),
        "mesh_ip": MemberNote("Its mesh IPv4 address; empty text while none is known.", example: "10.77.224.248"),
        "transport": "How it is connected.",
        "state": "`failed`: there is no session, or nothing gets through; `failure` says why.",
        "route_hops": MemberNote("Links on the way; 1 for a neighbour.", .count, example: 1),
        "last_seen_s": MemberNote("Whole seconds since anything valid came from it.", example: 2),
        "latency_ms": MemberNote(
            "Round trip in whole milliseconds, rounded down; `null` until it is known. To neighbours it is measured from the start and every 10 s; to the nearest 64 nodes behind others every 30 s while somebody asks for them, if they answer (`diagnostics.ping`).",
            example: 4),
        "is_gateway": MemberNote("Whether it offers a way out of the mesh.", example: .bool(false)),
        "static": "Whether it is one of the configured `[[peers]]`.",
        "x25519_pubkey": "Its pinned key; `null` while none is known.",
        "address": MemberNote(
            "Ours: where the link leads, `ip:port`; without a link what the configuration says.",
            example: "192.0.2.7:9100"),
        "standby_address": MemberNote(
            "Ours: where a second link leads, which takes over when this one falls silent; `null` without one.",
            example: .null),
        "link_security": "Ours: how the link is protected; `null` without one.",
        "failure": MemberNote("Ours: what went wrong, in the state `failed`; otherwise `null`.", example: .null),
    ]
}

extension PeerFailure: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "reason": MemberNote("For people.", example: "connection refused"),
        "attempts": MemberNote("Attempts since the last session.", example: 3),
        "retry_in_s": MemberNote(
            "Seconds to the next attempt; `null` while one is under way and where none will be made.", example: 4),
    ]
}

extension DiscoveredPeer: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "The node as it announces itself; `null` while unknown.",
        "address": MemberNote("`ip:port` of the listener it announces.", example: "192.0.2.7:9100"),
        "mechanism": .words("broadcast", "bluetooth", "wifi_direct", text: "How it was found."),
        "first_seen_s": MemberNote("Seconds since its first announcement.", example: 120),
        "last_seen_s": MemberNote("Seconds since its latest announcement.", example: 1),
        "label_announced": MemberNote(
            "What it calls itself; `null` before it has introduced itself, as announcements carry no name.",
            example: "harbour"),
        "roles": MemberNote("Ours: what it announces to be.", .words(["client", "relay", "gateway"])),
        "connected": "Ours: whether a session with it stands, over this address or another one.",
    ]
}

internal import PIMCore

private let meshIPNote = MemberNote("Its mesh IPv4 address; `null` while none is known.", example: "10.77.224.248")
private let roundTripNote = MemberNote("Round trip to it in milliseconds; `null` until it was measured.", example: 4)
private let loadNote = MemberNote("How busy it is as a gateway, as it announces.", example: 10)

/// The member that names a node for people, next to the one that names it for machines.
private func short(_ whom: String) -> MemberNote {
    MemberNote("\(whom), for people: the first and the last 8 digits.", .shortID, example: "a3f1b2c4..9d32e0f8")
}

extension DebugSnapshot: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "version": "The version of this form.",
        "generated_at_unix_secs": MemberNote("When it was made, Unix seconds.", example: 1_772_357_400),
        "node": "This node.",
        "stats": "The counters of the statistics file.",
        "peers": "Live sessions, by short id.",
        "discovered_peers": "Nodes that announce themselves nearby, by short id.",
        "routes": "The routing table, by short id.",
        "gateways": "The gateways among the destinations: the selected one, then by score.",
    ]
}

extension DebugSnapshot.Node: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote("`[node] name`.", example: "harbour"),
        "is_gateway": MemberNote("Whether it offers a way out of the mesh.", example: .bool(false)),
        "mesh_ip": MemberNote("Its mesh IPv4 address.", example: "10.77.201.14"),
        "mesh_prefix_len": MemberNote("Bits of the mesh's network.", .integer(minimum: 0, maximum: 32), example: 16),
    ]
}

extension DebugSnapshot.Peer: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "addr": MemberNote("Where the link leads, `ip:port`; `null` if unknown.", example: "192.0.2.7:9100"),
        "mechanism": MemberNote("How it is connected; `null` if unknown.", example: "tcp"),
        "direct": "Whether it is a neighbour.",
        "configured": "Whether it is one of the configured `[[peers]]`.",
        "discovered": "Whether it announces itself nearby.",
        "last_heartbeat_age_ms": MemberNote(
            "Milliseconds since anything valid came from it; `null` before.", example: 420),
    ]
}

extension DebugSnapshot.Discovered: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "addr": MemberNote("`ip:port` of the listener it announces.", example: "192.0.2.7:9100"),
        "is_client": "Whether it announces to be a client.",
        "is_relay": "Whether it announces to be a relay.",
        "is_gateway": "Whether it announces to be a gateway.",
        "last_seen_age_ms": MemberNote("Milliseconds since its latest announcement.", example: 900),
    ]
}

extension DebugSnapshot.Route: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "destination_id": "Where it leads.",
        "destination_short_id": short("Where it leads"),
        "next_hop_id": "The neighbour it goes through.",
        "next_hop_short_id": short("The neighbour it goes through"),
        "learned_from_id": "The neighbour that told of it.",
        "learned_from_short_id": short("The neighbour that told of it"),
        "is_gateway": "Whether the destination offers a way out of the mesh.",
        "gateway_load": loadNote,
        "rtt_ms": roundTripNote,
        "mesh_ip": meshIPNote,
        "age_ms": MemberNote("Milliseconds since the route was confirmed.", example: 3000),
        "next_hop_blacklisted": "Whether the next hop is avoided for a while.",
    ]
}

extension DebugSnapshot.Gateway: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "next_hop_id": "The neighbour it is reached through.",
        "next_hop_short_id": short("The neighbour it is reached through"),
        "gateway_load": loadNote,
        "rtt_ms": roundTripNote,
        "score": MemberNote("Lower is better.", example: 110),
        "selected": "Whether traffic to the outside goes to it.",
        "mesh_ip": meshIPNote,
    ]
}

extension DebugStatistics: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "peers": MemberNote("Live sessions.", example: 2),
        "routes": MemberNote("Entries of the routing table.", example: 5),
        "packets_forwarded": "From the interface into the mesh, and relayed.",
        "bytes_forwarded": "From the interface into the mesh, and relayed.",
        "packets_dropped": "Frames and packets dropped for whatever reason.",
        "congestion_drops": "Dropped because a link was too slow.",
        "conntrack_size": "Flows through this gateway; 0 when it is none.",
        "uptime_secs": "Whole seconds since the start.",
    ]
}

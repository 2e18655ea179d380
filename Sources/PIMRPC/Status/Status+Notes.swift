internal import PIMCore

extension DaemonStatus: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node": MemberNote("`[node] name`.", example: "harbour"),
        "node_id": "This node.",
        "x25519_pubkey": "This node's own key.",
        "mesh_ip": MemberNote(
            "Mesh IPv4 address and prefix length; the same as `mesh_ipv4`.", example: "10.77.201.14/16"),
        "mesh_ipv4": MemberNote("Mesh IPv4 address and prefix length.", example: "10.77.201.14/16"),
        "mesh_ipv6": MemberNote("Mesh IPv6 address and prefix length.", example: "fd77::c1b5:f233:9d32:e0f8/64"),
        "interface": "The network interface as it is, not as it was asked for.",
        "role": MemberNote("What the node really does.", .words(["client", "relay", "gateway"])),
        "transport": "Where the node listens.",
        "peers": "The neighbours as in `peers.list`, then the nodes reached through others, at most the nearest 500.",
        "routes": "The routing table in numbers; `route.table` has all of it.",
        "stats": "Traffic since the start.",
        "uptime_s": MemberNote("Whole seconds since the start, time asleep included.", .count, example: 86_400),
        "route_on": MemberNote("What `route.set_split_default` was last told.", example: .bool(false)),
        "started_at": .time("When the daemon started, to the second.", example: "2026-03-01T09:30:00Z"),
        "version": MemberNote("Ours: the daemon's version.", example: "1.0.0"),
        "pid": MemberNote("Ours: the daemon's process.", example: 4711),
        "counters": MemberNote(
            "Ours: everything the mesh engine counts, by name.", .map(.count),
            example: .object(["drop_no_route": .integer(0)])),
        "reference_links": MemberNote("Ours: live links whose other end does not seal them.", .count, example: 0),
    ]
}

extension InterfaceStatus: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote("Its name in the system; empty without an interface.", example: "pim0"),
        "up": "Whether it is up.",
        "mtu": MemberNote("Bytes; 0 without an interface.", .count, example: 1400),
    ]
}

extension TransportStatus: MembersNoted {
    public static let memberNotes: [String: MemberNote] = ["tcp": "The TCP listener."]
}

extension TransportStatus.TCP: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "port": MemberNote(
            "The port really bound; 0 when the node does not listen.", .integer(minimum: 0, maximum: 65535),
            example: 9100)
    ]
}

extension RouteSummary: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "active": MemberNote("Entries of the routing table.", .count, example: 5),
        "expired": MemberNote("Destinations that lost their way within the last second.", .count, example: 0),
        "selected_gateway": "The gateway that traffic to the outside goes to; `null` without one.",
    ]
}

extension TrafficStatistics: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "forwarded_bytes": MemberNote(
            "From the interface into the mesh, and relayed; of sealed packets with their seal.", example: 1_048_576),
        "forwarded_packets": MemberNote(
            "From the interface into the mesh, and relayed; of sealed packets with their seal.", example: 1024),
        "dropped": MemberNote("Frames and packets dropped for whatever reason.", example: 0),
        "dropped_reason": MemberNote("The most frequent reason; `null` if nothing was dropped.", example: .null),
        "congestion_drops": MemberNote("Dropped because a link was too slow.", example: 0),
        "conntrack_size": MemberNote("Flows through this gateway; 0 when it is none.", .count, example: 0),
    ]
}

extension StatusEvent: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "kind": MemberNote("What changed.", example: "role_changed"),
        "detail": MemberNote(
            "Left out where the kind has no context. `gateway_selected`: `node_id`. `role_changed`: `role`, as in `status`.",
            example: .object(["role": .array([.string("client"), .string("gateway")])])),
    ]
}

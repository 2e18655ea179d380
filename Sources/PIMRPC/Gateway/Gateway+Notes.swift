internal import PIMCore

extension GatewayEvent: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "kind": MemberNote("What happened.", example: "conntrack_pressure"),
        "detail": MemberNote(
            """
            `enabled`: `nat_interface`. `disabled`: `reason`. `throughput_sample`: `in_bps`, `out_bps`, `conntrack_used`, `conntrack_max`. \
            `conntrack_pressure`: `level` 1 or 2, `used`, `max`. `peer_through_me_…`: `node_id`.
            """,
            example: .object(["level": .integer(1), "used": .integer(820), "max": .integer(1000)])),
    ]
}

private let natInterfaceNote = MemberNote("The interface that leads out of the mesh.", example: "eth0")
private let advertisedRoutesNote = MemberNote(
    "Prefixes outside of the mesh that are reached through this node.", example: .array([.string("0.0.0.0/0")]))
private let requiresRestartNote = MemberNote("Always `false`: the change is live.", example: .bool(false))
private let writtenToNote = MemberNote(
    "The configuration file, if it was changed; otherwise `null`.", example: "/etc/pim/pim.toml")
private let persistNote = MemberNote(
    "`false` changes the running daemon only; otherwise the configuration file is changed too.", example: .bool(true))

extension GatewayPreflightParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "nat_interface": MemberNote("The interface to check; the configured one when left out.", example: "eth0")
    ]
}

extension GatewayPreflightResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "supported": "Whether there can be gateways on this platform.",
        "platform": .words("linux", "macos", "windows", "other", text: "The operating system."),
        "checks": "What was looked at.",
        "suggested_nat_interfaces": MemberNote("Interfaces that may lead out, the likeliest first.", example: "eth0"),
    ]
}

extension GatewayPreflightResult.Check: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote("Which check; more may come.", example: "platform_supported"),
        "ok": "Whether it passed.",
        "detail": MemberNote("What was found, for people.", example: "Linux"),
        "required": "Ours: whether there can be no gateway as long as it fails; the others are advice.",
        "fix": MemberNote("Ours: what to do about it, for people; `null` when nothing is.", example: .null),
    ]
}

extension GatewayEnableParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "nat_interface": natInterfaceNote,
        "max_connections": MemberNote("The most flows at once; left as configured when left out.", example: 200),
        "persist": persistNote,
    ]
}

extension GatewayEnableResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "active": "Whether packets of the mesh leave by this node from now on.",
        "nat_interface": natInterfaceNote,
        "advertised_routes": advertisedRoutesNote,
        "requires_restart": requiresRestartNote,
        "written_to": writtenToNote,
    ]
}

extension GatewayDisableParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = ["persist": persistNote]
}

extension GatewayDisableResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "active": MemberNote("Always `false`.", example: .bool(false)),
        "requires_restart": requiresRestartNote,
        "written_to": writtenToNote,
    ]
}

extension GatewayRole: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "active": "Whether packets of the mesh leave by this node.",
        "nat_interface": MemberNote(
            "The interface that leads out; `null` when this node is not meant to be a gateway.", example: "eth0"),
        "advertised_routes": advertisedRoutesNote,
        "reason": MemberNote(
            "Ours: why it is not active although it is meant to be; otherwise `null`.", example: .null),
        "conntrack": "Flows in use; `null` when not active.",
        "throughput": "What passes; `null` when not active.",
        "peers_through_me": MemberNote(
            "Nodes that have flows through this gateway; `null` when the kernel does not list flows.", .count,
            example: 1),
        "peers_through_me_ids": "Those among them whose NodeID is known.",
        "enabled_at": .time("Since when it is active; `null` when it is not."),
        "dropped": MemberNote(
            "Ours: packets that were not let through, by reason.", example: .object(["over_limit": .integer(0)])),
    ]
}

extension GatewayRole.Conntrack: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "used": MemberNote("Flows in use.", example: 12),
        "max": MemberNote("How many there may be.", example: 200),
        "scope": .words(
            "gateway", "host",
            text: "Ours: flows through this gateway, or, where the kernel does not list flows, all of the host."),
    ]
}

extension GatewayRole.Throughput: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "in_bps": MemberNote("From outside into the mesh, bits per second.", example: 80_000),
        "out_bps": MemberNote("From the mesh to the outside, bits per second.", example: 12_000),
        "in_total_bytes": MemberNote("From outside into the mesh since the gateway was enabled.", example: 1_048_576),
        "out_total_bytes": MemberNote("From the mesh to the outside since the gateway was enabled.", example: 65_536),
    ]
}

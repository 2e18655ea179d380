internal import PIMCore

extension RouteTableResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "routes": "Every route, in no order.",
        "gateways": "The gateways among the destinations, in no order.",
    ]
}

extension RouteRow: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "destination": MemberNote(
            "The mesh IPv4 address of the destination if it is known, else its node id.", example: "10.77.224.248"),
        "node_id": "Ours: the destination's node id.",
        "name": MemberNote(
            "Ours: what the destination calls itself; `null` before it has introduced itself.", example: "harbour"),
        "learned_from": "The neighbour that told of it.",
        "is_gateway": "Whether the destination offers a way out of the mesh.",
        "load": MemberNote(
            "How busy it is as a gateway, as it announces.", .integer(minimum: 0, maximum: 255), example: 10),
        "age_s": MemberNote("Whole seconds since the route was confirmed.", example: 3),
    ]
}

extension GatewayRow: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "The gateway.",
        "score": MemberNote("Lower is better.", example: 110),
        "selected": "Whether traffic to the outside goes to it.",
    ]
}

extension SetSplitDefaultParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "on": "Whether this machine's default route leads into the mesh; `false` when left out."
    ]
}

extension SetSplitDefaultResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "on": "As set.",
        "via_gateway_id": MemberNote("Always `null`: `route.status` has the gateway.", .null, example: .null),
    ]
}

extension SplitDefaultStatus: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "on": "What `route.set_split_default` was last told.",
        "enabled": "Whether all routes are in place at this moment.",
        "interface": MemberNote("The interface they lead to.", example: "pim0"),
        "via": "The next hop they name: the first host of the mesh's network.",
        "gateway": "Mesh address of the gateway that traffic goes to; `null` without one.",
        "is_gateway_node": MemberNote(
            "Whether this node is a gateway, which never sends its own traffic into the mesh.",
            example: .bool(false)),
        "kill_switch": "`routing.kill_switch`.",
        "dns": "Whether names are resolved through the mesh.",
        "failure": MemberNote(
            "Why it is not as it should be, for people; `null` when it is. Tried again every two seconds.",
            example: .null),
        "reason": MemberNote(
            "Why no traffic goes into the mesh although it is switched on and nothing failed, for people: no gateway is known, for instance. `null` when it goes.",
            example: .null),
    ]
}

internal import PIMCore

private let timeoutNote = MemberNote(
    "How long to wait, milliseconds, 1…60000; 5000 when left out.", .integer(minimum: 1, maximum: 60_000), example: 2000
)
private let nodeNameNote = MemberNote("What it calls itself; `null` while unknown.", example: "harbour")

extension PingParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "Whom to ask.",
        "timeout_ms": timeoutNote,
        "size": MemberNote(
            "Bytes of filling each way; 56 when left out.", .integer(minimum: 0, maximum: 16_384), example: 56),
    ]
}

extension PingResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": nodeNameNote,
        "rtt_ms": MemberNote(
            "From the call to the answer, milliseconds; making a session, where there was none, included.",
            example: .number(4.2)),
        "hops": MemberNote("Links crossed on the way there.", .count, example: 2),
        "via": "The neighbour it went through; the node itself when it is one.",
        "size": MemberNote("Bytes of filling that came back.", .count, example: 56),
    ]
}

extension TraceParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "Where the way leads.",
        "timeout_ms": MemberNote(
            "How long to wait for each node, milliseconds, 1…60000; 3000 when left out.",
            .integer(minimum: 1, maximum: 60_000), example: 2000),
    ]
}

extension TraceResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node_id": "Where the way leads.",
        "hops": "The nodes on the way, the nearest first.",
        "reached": "Whether the last hop is the node, and answered.",
        "reason": MemberNote("Why it ends before the node, for people; `null` when it does not.", example: .null),
    ]
}

extension TraceResult.Hop: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": nodeNameNote,
        "rtt_ms": MemberNote(
            "From asking it to its answer, milliseconds; `null` when it did not answer in time.", example: .number(4.2)),
    ]
}

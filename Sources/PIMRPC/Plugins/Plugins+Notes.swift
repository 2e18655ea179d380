internal import PIMCore

extension PluginList: MembersNoted {
    public static let memberNotes: [String: MemberNote] = ["plugins": "In registration order."]
}

extension PluginSummary: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote("As in `[plugins.<name>]`.", example: "messaging"),
        "phase": MemberNote(
            "What it is doing.",
            .words(
                ["disabled", "described", "configured", "starting", "running", "draining", "stopped", "failed"]),
            example: "running"),
        "since": .time("When that phase began, to the second.", example: "2026-03-01T09:30:00Z"),
        "kinds": MemberNote("The payload kinds it claims.", example: "messaging.msg"),
        "namespace": MemberNote("The prefix of its methods and of its event stream.", example: "messages"),
        "policy": .words("required", "optional", text: "Whether the daemon goes on without it."),
        "queued": MemberNote("Payloads waiting in its mailbox.", .count, example: 0),
        "handled": MemberNote("Payloads it has handled.", example: 42),
        "failed": MemberNote("Payloads whose handler threw.", example: 0),
        "dropped": MemberNote("Payloads lost, by reason.", example: .object(["mailbox_full": .integer(0)])),
        "top_sources": MemberNote(
            "The nodes with the most payloads queued or dropped, worst first.", example: .array([])),
        "stalled_for_s": MemberNote(
            "For how many seconds a handler has not returned, once that is too long; otherwise `null`.",
            example: .null),
        "last_error": MemberNote("For people; `null` if nothing went wrong.", example: .null),
    ]
}

extension PluginSummary.Source: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "node": "The node.",
        "queued": MemberNote("Its payloads in the mailbox.", .count, example: 3),
        "dropped": "Its payloads that were lost.",
    ]
}

internal import PIMCore

extension LogEntry: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "ts": .time("When, to the millisecond."),
        "level": MemberNote("How important it is.", example: "info"),
        "source": MemberNote("What emitted it, `::`-separated.", example: "pim_daemon::mesh"),
        "message": MemberNote("A fixed sentence.", example: "session established"),
        "fields": MemberNote(
            "Values that go with it; left out when there are none. `lagged` is the number of lines that are missing.",
            example: .object(["peer": .string("a3f1b2c4..9d32e0f8")])),
    ]
}

extension LogFilter: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "min_level": MemberNote("This level and those above.", example: "info"),
        "levels": MemberNote("Exactly these levels; beats `min_level`.", example: .null),
        "sources": MemberNote(
            "Prefixes of the source, any of them; all when empty.", example: .array([.string("pim_daemon::mesh")])),
    ]
}

extension LogSubscription: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "history": MemberNote(
            "Ours: how many lines of history follow; 0 after the first subscription of a connection.", .count,
            example: 128)
    ]
}

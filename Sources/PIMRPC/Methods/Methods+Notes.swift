extension SubscriptionReference: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "subscription_id": MemberNote(
            "The subscription to end; anything else means the latest one of this stream.", example: "rpc-sub-4")
    ]
}

extension Subscription: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [:]
}

extension LaggedNotice: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "kind": .words(LaggedNotice.kind, text: "That events are missing: what is shown must be read afresh."),
        "at": .time("When the client was told."),
        "dropped": MemberNote("How many events of this stream were lost.", .count, example: 12),
    ]
}

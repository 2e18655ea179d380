internal import PIMCore

/// `kind` decides which members follow, so the shape is written down kind by kind.
extension MessageEvent: SchemaDescribing {
    public static func schema(in catalog: SchemaCatalog) throws -> RPCSchema {
        let message = RPCObject.Member(
            "message", try catalog.schema(of: MessageRecord.self), note: "The message, as in `messages.history`.")
        let conversation = RPCObject.Member(
            "conversation", try catalog.schema(of: ConversationSummary.self),
            note: "Its conversation, as in `messages.list_conversations`.")
        let cleared = [
            RPCObject.Member(
                "peer_node_id", .nullable(try catalog.schema(of: NodeID.self)),
                note: "Whose messages; `null` when all were deleted."),
            RPCObject.Member("scope", .words(["peer", "all"]), note: "Whether it was one peer or everything."),
            RPCObject.Member("deleted_messages", .count, note: "How many messages were deleted."),
        ]
        func event(_ kind: String, _ meaning: String, _ members: [RPCObject.Member]) throws -> RPCSchema {
            let kindMember = RPCObject.Member("kind", .words([kind]), note: meaning)
            return try catalog.add(RPCObject([kindMember] + members), as: "MessageEvent.\(kind)")
        }
        return .oneOf([
            try event(Kind.received, "A message arrived and is on disk; told once.", [message, conversation]),
            try event(
                Kind.queued, "Ours: a message of this node's is on disk and waits to leave.",
                [message, conversation]),
            try event(
                Kind.status, "A message has another status.", catalog.members(of: MessageEvent.StatusChange.self)),
            try event(
                Kind.conversationChanged, "Ours: unread messages were marked read.", [conversation]),
            try event(Kind.historyCleared, "Messages were deleted.", cleared),
            try event(
                Kind.peerSeen, "The directory learned something about a peer, or forgot it.",
                catalog.members(of: PeerSighting.self)),
            try event(Kind.resync, "Ours: events were lost; what is shown must be read afresh.", []),
        ])
    }
}

extension MessageEvent: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "kind": MemberNote("What happened.", example: .string(Kind.received))
    ]
}

extension MessageEvent.StatusChange: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "message_id": "The message.",
        "new_status": MemberNote("Its status from now on.", example: "delivered"),
        "at_ms": MemberNote("When that became so, Unix milliseconds.", example: 1_772_357_400_420),
        "reason": MemberNote("Ours: why it failed; `null` otherwise.", example: .null),
    ]
}

extension MessageEvent.PeerSighting: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote("What it calls itself; empty when it was forgotten.", example: "harbour"),
        "x25519_known": "Whether its key is known.",
        "via": "How its identity came here.",
    ]
}

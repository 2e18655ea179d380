internal import PIMCore

private let peerNote = MemberNote("The other party.", .nodeID, example: .string(NodeID.exampleText))
private let sentAtNote = MemberNote(
    "When it was sent, by the sender's clock, Unix milliseconds.", example: 1_772_357_400_250)
private let deletedMessagesNote = MemberNote("How many messages were deleted.", .count, example: 12)

extension ConversationList: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "conversations": "The one with the newest activity first."
    ]
}

extension ConversationSummary: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "name": MemberNote(
            "The peer's name; its first 8 digits while none is known.", example: "harbour"),
        "last_message_preview": MemberNote(
            "The beginning of the message stored last, in one line, at most 80 characters; `null` without one.",
            example: "On my way"),
        "last_message_ts_ms": MemberNote(
            "When that was sent, by the sender's clock, Unix milliseconds; `null` without one.",
            example: 1_772_357_400_250),
        "unread_count": MemberNote("Messages of the peer that were not marked read.", .count, example: 1),
        "x25519_pubkey": MemberNote(
            "The peer's key; `null` while none is known.", .pattern("^[0-9a-f]{64}$", name: "64 hex digits"),
            example: .string(X25519PublicKey.exampleText)),
        "is_connected": "Whether there is a live link with exactly this node.",
    ]

    public static let membersOnlyWritten = [
        RPCObject.Member(
            "peer_node_id_short", .pattern("^[0-9a-f]{8}$", name: "8 hex digits"),
            note: "The first 8 digits; not the short form of other methods.")
    ]
}

extension MessageRecord: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "id": "The same at both ends.",
        "direction": "Seen from this node.",
        "body": MemberNote("The text, at most 8192 bytes of UTF-8.", example: "On my way"),
        "timestamp_ms": sentAtNote,
        "status": MemberNote("What is known about its fate.", example: "delivered"),
        "failure_reason": MemberNote("Why it was given up; `null` unless `failed`.", example: .null),
        "delivered_at_ms": MemberNote(
            "Received: when it was stored. Sent: when the acknowledgement came. Unix milliseconds; `null` before.",
            example: 1_772_357_400_420),
        "read_at_ms": MemberNote(
            "Received: the time given to `messages.mark_read`. Sent: when the read receipt came. `null` before.",
            example: .null),
        "failed_at_ms": MemberNote(
            "Ours: when it was given up, Unix milliseconds; `null` unless it was.", example: .null),
        "verified": MemberNote(
            "Ours: of a received message, whether the mesh proved who sent it; `null` for our own.", example: .null),
    ]
}

extension MessageHistoryParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "peer_node_id": peerNote,
        "before_ts_ms": MemberNote(
            "Only messages older than this, by the sender's clock, Unix milliseconds.", example: .null),
        "before_id": MemberNote(
            "Ours: only messages behind this one, the last of the page before. Beats `before_ts_ms`, which may skip some.",
            .pattern("^[0-9a-fA-F]{32}$", name: "32 hex digits"), example: .null),
        "limit": MemberNote(
            "The most messages to answer; brought into 1…\(MessageHistoryParameters.maximumLimit), \(MessageHistoryParameters.defaultLimit) when left out.",
            .integer(), example: 50),
    ]
}

extension MessageHistoryPage: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "messages": "Newest first.",
        "has_more": MemberNote("Whether there are older ones than the last of these.", example: .bool(false)),
    ]
}

extension SendMessageParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "peer_node_id": peerNote,
        "body": MemberNote("1–\(SendMessageParameters.maximumBodySize) bytes of UTF-8.", example: "On my way"),
    ]
}

extension SendMessageResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "id": "The message, as in events and in the history.",
        "timestamp_ms": MemberNote("When it was stored, Unix milliseconds.", example: 1_772_357_400_250),
        "status": MemberNote(
            "`pending`: it is on disk. `message_status` events tell what follows.", example: "pending"),
    ]
}

extension MarkReadParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "peer_node_id": peerNote,
        "up_to_ts_ms": MemberNote(
            "What was sent up to and including this time, Unix milliseconds.", example: 1_772_357_400_250),
    ]
}

extension MarkReadResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "unread_count": MemberNote("What is still unread.", .count, example: 0)
    ]
}

extension DeleteConversationParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = ["peer_node_id": peerNote]
}

extension DeleteConversationResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "deleted_messages": deletedMessagesNote,
        "deleted_conversation": "Whether there was a conversation.",
    ]
}

extension DeleteAllMessagesResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "deleted_messages": deletedMessagesNote,
        "deleted_conversations": MemberNote("How many conversations there were.", .count, example: 2),
    ]
}

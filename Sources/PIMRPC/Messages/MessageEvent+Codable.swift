internal import PIMCore

extension MessageEvent: Codable {
    enum Kind {
        static let received = "message_received"
        static let queued = "message_queued"
        static let status = "message_status"
        static let conversationChanged = "conversation_changed"
        static let historyCleared = "history_cleared"
        static let peerSeen = "peer_seen"
        static let resync = "resync"
    }

    private enum CodingKeys: String, CodingKey {
        case kind, message, conversation, scope
        case peerNodeID = "peer_node_id"
        case deletedMessages = "deleted_messages"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        switch kind {
        case Kind.received, Kind.queued:
            let message = try container.decode(MessageRecord.self, forKey: .message)
            let conversation = try container.decode(ConversationSummary.self, forKey: .conversation)
            self = kind == Kind.received ? .received(message, in: conversation) : .queued(message, in: conversation)
        case Kind.status: self = .status(try StatusChange(from: decoder))
        case Kind.conversationChanged:
            self = .conversationChanged(try container.decode(ConversationSummary.self, forKey: .conversation))
        case Kind.historyCleared:
            self = .historyCleared(
                peer: try container.decodeIfPresent(NodeID.self, forKey: .peerNodeID),
                deletedMessages: try container.decode(Int.self, forKey: .deletedMessages))
        case Kind.peerSeen: self = .peerSeen(try PeerSighting(from: decoder))
        case Kind.resync: self = .resync
        default: self = .unknown(kind: kind)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .received(let message, in: let conversation):
            try container.encode(Kind.received, forKey: .kind)
            try container.encode(message, forKey: .message)
            try container.encode(conversation, forKey: .conversation)
        case .queued(let message, in: let conversation):
            try container.encode(Kind.queued, forKey: .kind)
            try container.encode(message, forKey: .message)
            try container.encode(conversation, forKey: .conversation)
        case .status(let change):
            try container.encode(Kind.status, forKey: .kind)
            try change.encode(to: encoder)
        case .conversationChanged(let conversation):
            try container.encode(Kind.conversationChanged, forKey: .kind)
            try container.encode(conversation, forKey: .conversation)
        case .historyCleared(let peer, let deletedMessages):
            try container.encode(Kind.historyCleared, forKey: .kind)
            try container.encode(peer, forKey: .peerNodeID)
            try container.encode(peer == nil ? "all" : "peer", forKey: .scope)
            try container.encode(deletedMessages, forKey: .deletedMessages)
        case .peerSeen(let sighting):
            try container.encode(Kind.peerSeen, forKey: .kind)
            try sighting.encode(to: encoder)
        case .resync: try container.encode(Kind.resync, forKey: .kind)
        case .unknown(let kind): try container.encode(kind, forKey: .kind)
        }
    }
}

extension MessageEvent.StatusChange: Codable {
    private enum CodingKeys: String, CodingKey {
        case reason
        case messageID = "message_id"
        case peerNodeID = "peer_node_id"
        case newStatus = "new_status"
        case atMilliseconds = "at_ms"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            messageID: try container.decode(MessageID.self, forKey: .messageID),
            peerNodeID: try container.decode(NodeID.self, forKey: .peerNodeID),
            newStatus: try container.decode(MessageStatus.self, forKey: .newStatus),
            atMilliseconds: try container.decode(Int64.self, forKey: .atMilliseconds),
            reason: try container.decodeIfPresent(MessageFailureReason.self, forKey: .reason))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(messageID, forKey: .messageID)
        try container.encode(peerNodeID, forKey: .peerNodeID)
        try container.encode(newStatus, forKey: .newStatus)
        try container.encode(atMilliseconds, forKey: .atMilliseconds)
        try container.encode(reason, forKey: .reason)
    }
}

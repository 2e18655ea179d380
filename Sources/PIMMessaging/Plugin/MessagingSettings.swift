internal import PIMCore
internal import PIMPlugin
internal import PIMRPC

/// The section `[plugins.messaging]`.
struct MessagingSettings: Sendable, Hashable {
    /// How long a message waits for its acknowledgement before it is given up, in seconds: `outbox_ttl_s`.
    var outboxLifetimeSeconds = 7 * 24 * 3600
    /// The most messages that wait at once: `outbox_max_messages`.
    var outboxMessages = 10_000
    /// The most bytes of text that wait at once: `outbox_max_bytes`.
    var outboxBytes = 64 << 20
    /// Whether marking a message read tells its sender: `read_receipts`.
    var sendsReadReceipts = false
    /// Payloads a second taken from one peer: `inbound_per_peer_per_s`. Peers without a known key share
    /// ``SourceLimiter/strangerRate``.
    var inboundRate = 20_000
    /// The most messages a conversation can have before further ones are refused: `max_messages_per_peer`.
    var messagesPerPeer = 250_000
    /// The most bytes of text a conversation can have before further messages are refused: `max_bytes_per_peer`.
    var bytesPerPeer = 256 << 20
    /// The most conversations that strangers' messages can open: `max_conversations`.
    var conversations = 10_000

    init() {}

    /// Keys of the section that this build does not know; they change nothing.
    static func unknownKeys(in section: PluginConfiguration) -> [String] {
        section.keys(otherThan: Set(Section.CodingKeys.allCases.map(\.rawValue)))
    }

    /// - Throws: `PIMError` of category `config` that names the key.
    init(_ section: PluginConfiguration) throws {
        let section = try section.decode(as: Section.self)
        sendsReadReceipts = section.readReceipts ?? sendsReadReceipts
        func take(_ value: Int?, _ key: Section.CodingKeys, _ range: ClosedRange<Int>, into field: inout Int) throws {
            guard let value else { return }
            guard range.contains(value) else {
                throw PIMError(
                    .config, "“\(key.rawValue)” must be \(range.lowerBound)–\(range.upperBound), not \(value)")
            }
            field = value
        }
        let body = SendMessageParameters.maximumBodySize
        try take(section.outboxLifetime, .outboxLifetime, 1...31_536_000, into: &outboxLifetimeSeconds)
        try take(section.outboxMessages, .outboxMessages, 1...1_000_000, into: &outboxMessages)
        try take(section.outboxBytes, .outboxBytes, body...(1 << 30), into: &outboxBytes)
        try take(section.inboundRate, .inboundRate, 1...1_000_000, into: &inboundRate)
        try take(section.messagesPerPeer, .messagesPerPeer, 1...100_000_000, into: &messagesPerPeer)
        try take(section.bytesPerPeer, .bytesPerPeer, body...(1 << 40), into: &bytesPerPeer)
        try take(section.conversations, .conversations, 1...1_000_000, into: &conversations)
    }

    private struct Section: Decodable {
        var outboxLifetime: Int?
        var outboxMessages: Int?
        var outboxBytes: Int?
        var readReceipts: Bool?
        var inboundRate: Int?
        var messagesPerPeer: Int?
        var bytesPerPeer: Int?
        var conversations: Int?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case outboxLifetime = "outbox_ttl_s"
            case outboxMessages = "outbox_max_messages"
            case outboxBytes = "outbox_max_bytes"
            case readReceipts = "read_receipts"
            case inboundRate = "inbound_per_peer_per_s"
            case messagesPerPeer = "max_messages_per_peer"
            case bytesPerPeer = "max_bytes_per_peer"
            case conversations = "max_conversations"
        }
    }
}

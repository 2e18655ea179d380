import PIMCore
import PIMRPC

/// A conversation as lines: what comes from the daemon goes in, what to print comes out. Nothing is printed twice.
struct ChatModel: Sendable {
    let peer: NodeID
    private(set) var name: String
    private var shown: Set<MessageID> = []
    /// What this node wrote here, for receipts.
    private var own: [MessageID: String] = [:]
    private let style: Style

    init(peer: NodeID, name: String?, style: Style) {
        self.peer = peer
        self.name = name ?? peer.shortDescription
        self.style = style
    }

    /// The latest messages, newest first as the daemon has them.
    mutating func history(_ page: MessageHistoryPage) -> [String] {
        let older = page.hasMore ? [style("(older messages are not shown)", .dim)] : []
        return older + page.messages.reversed().flatMap { lines(of: $0) }
    }

    /// An event of this conversation; others give no lines.
    mutating func take(_ event: MessageEvent) -> [String] {
        switch event {
        case .received(let message, in: let conversation), .queued(let message, in: let conversation):
            guard message.peerNodeID == peer else { return [] }
            if !conversation.name.isEmpty { name = conversation.name }
            return lines(of: message)
        case .status(let change):
            guard change.peerNodeID == peer, let body = own[change.messageID] else { return [] }
            return receipt(change, body).map { [$0] } ?? []
        case .historyCleared(let cleared, _):
            return cleared == nil || cleared == peer
                ? [style("the messages of this conversation were deleted", .dim)] : []
        case .resync: return [style("some messages may be missing here; “pim messages history” has them", .yellow)]
        default: return []
        }
    }

    /// A message of ours that the daemon took.
    mutating func sent(_ result: SendMessageResult, body: String) -> [String] {
        lines(
            of: MessageRecord(
                id: result.id, peerNodeID: peer, direction: .sent, body: body,
                timestampMilliseconds: result.timestampMilliseconds, status: result.status))
    }

    private mutating func lines(of message: MessageRecord) -> [String] {
        guard shown.insert(message.id).inserted else { return [] }
        let isOwn = message.direction == .sent
        if isOwn { own[message.id] = message.body }
        let time = Printable.localTime(milliseconds: message.timestampMilliseconds).suffix(8).prefix(5)
        let who = isOwn ? style("me", .cyan) : style(Printable.line(name), .green)
        let doubt = !isOwn && message.verified == false ? style(" (unverified)", .yellow) : ""
        let fate = isOwn ? Self.fate(message) : ""
        let body = Printable.block(message.body).split(separator: "\n", omittingEmptySubsequences: false)
        let head = "\(style(String(time), .dim)) \(who)\(doubt): \(body.first ?? "")\(style(fate, .dim))"
        return [head] + body.dropFirst().map { "      \($0)" }
    }

    /// How an older message ended; new ones are told by events.
    private static func fate(_ message: MessageRecord) -> String {
        switch message.status {
        case .failed: "  [failed\(message.failureReason.map { ": \(Printable.line($0.rawValue))" } ?? "")]"
        case .delivered, .read: "  [\(message.status.rawValue)]"
        case .pending, .sent: ""
        }
    }

    private func receipt(_ change: MessageEvent.StatusChange, _ body: String) -> String? {
        let text = Printable.line(body)
        let preview = text.count > 40 ? "\(text.prefix(39))…" : text
        switch change.newStatus {
        case .delivered, .read: return style("      \(change.newStatus.rawValue): \(preview)", .dim)
        case .failed:
            let reason = change.reason.map { " (\(Printable.line($0.rawValue)))" } ?? ""
            return style("      failed\(reason): \(preview)", .red)
        case .pending, .sent: return nil
        }
    }
}

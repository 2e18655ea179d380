import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("A conversation as lines")
struct ChatModelTests {
    private let peer = NodeID(high: 1, low: 1)
    private let stranger = NodeID(high: 2, low: 2)
    private let start: ChatModel

    init() {
        start = ChatModel(peer: peer, name: "bob", style: .plain)
    }

    private func message(
        _ number: UInt8, _ body: String, from node: NodeID? = nil, direction: MessageDirection = .received,
        status: MessageStatus = .delivered, verified: Bool? = true
    ) throws -> MessageRecord {
        MessageRecord(
            id: try #require(MessageID(Array(repeating: number, count: 16))), peerNodeID: node ?? peer,
            direction: direction, body: body, timestampMilliseconds: 1_700_000_000_000, status: status,
            failureReason: status == .failed ? .expired : nil, verified: direction == .received ? verified : nil)
    }

    private func conversation(_ node: NodeID, _ name: String) -> ConversationSummary {
        ConversationSummary(
            peerNodeID: node, name: name, lastMessagePreview: nil, lastMessageMilliseconds: nil, unreadCount: 0,
            x25519PublicKey: nil, isConnected: true)
    }

    @Test func historyComesOldestFirstAndNothingTwice() throws {
        var model = start
        func take(_ event: MessageEvent) -> [String] { model.take(event) }
        let old = try message(1, "old", direction: .sent, status: .read)
        let new = try message(2, "new\nlines")
        let lines = model.history(MessageHistoryPage(messages: [new, old], hasMore: true))
        #expect(lines.count == 4)
        #expect(lines[0].contains("older"))
        #expect(lines[1].hasSuffix(" me: old  [read]"))
        #expect(lines[2].hasSuffix(" bob: new"))
        #expect(lines[3] == "      lines")
        #expect(take(.received(new, in: conversation(peer, "bob"))).isEmpty)
    }

    @Test func receiptsAreToldForWhatWasWrittenHere() throws {
        var model = start
        func take(_ event: MessageEvent) -> [String] { model.take(event) }
        func sent(_ result: SendMessageResult) -> [String] { model.sent(result, body: "hello") }
        let id = try #require(MessageID(Array(repeating: 7, count: 16)))
        let result = SendMessageResult(id: id, timestampMilliseconds: 1_700_000_000_000, status: .pending)
        #expect(sent(result)[0].hasSuffix(" me: hello"))
        #expect(sent(result).isEmpty)
        func change(_ status: MessageStatus, _ reason: MessageFailureReason? = nil) -> MessageEvent {
            .status(.init(messageID: id, peerNodeID: peer, newStatus: status, atMilliseconds: 0, reason: reason))
        }
        #expect(take(change(.sent)).isEmpty)
        #expect(take(change(.delivered)) == ["      delivered: hello"])
        #expect(take(change(.failed, .expired)) == ["      failed (expired): hello"])
    }

    @Test func othersConversationsDoNotShow() throws {
        var model = start
        func take(_ event: MessageEvent) -> [String] { model.take(event) }
        let other = try message(3, "psst", from: stranger)
        #expect(take(.received(other, in: conversation(stranger, "eve"))).isEmpty)
        #expect(take(.historyCleared(peer: stranger, deletedMessages: 1)).isEmpty)
        #expect(take(.historyCleared(peer: nil, deletedMessages: 1)).count == 1)
    }

    @Test func strangersTextCannotCommandTheTerminalAndDoubtIsSaid() throws {
        var model = start
        func take(_ event: MessageEvent) -> [String] { model.take(event) }
        let bad = try message(4, "\u{1b}[2Jx", verified: false)
        let lines = take(.received(bad, in: conversation(peer, "b\u{1b}b")))
        #expect(lines.count == 1)
        #expect(!lines[0].contains("\u{1b}") && lines[0].contains("(unverified)"))
    }

    @Test(
        "typed lines",
        arguments: [
            ("", .nothing), ("  ", .nothing), ("hi", .say("hi")), ("/quit", .quit), ("/q now", .quit),
            ("/help", .help), ("/nope", .unknown("/nope")), ("//x", .say("/x")), ("/", .unknown("/")),
            (" /quit", .say(" /quit")),
        ] as [(String, ChatCommandLine)])
    func lines(line: String, meaning: ChatCommandLine) {
        #expect(ChatCommandLine(line) == meaning)
    }
}

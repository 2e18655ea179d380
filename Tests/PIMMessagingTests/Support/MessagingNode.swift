import Foundation
import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMRPC
import PIMTesting

@testable import PIMMessaging

/// The RPC methods of messaging on a node of a ``PluginMesh``, typed as a client sees them.
extension PluginTestNode {
    func ask<Parameters: Encodable, Output: Decodable>(
        _ method: String, _ parameters: Parameters, as type: Output.Type = Output.self
    ) async throws -> Output {
        let text = String(decoding: try JSONEncoder().encode(parameters), as: UTF8.self)
        return try JSONDecoder().decode(Output.self, from: Data(try await call("messages.\(method)", text).utf8))
    }

    @discardableResult
    func send(_ body: String, to peer: PluginTestNode) async throws -> MessageID {
        let result: SendMessageResult = try await ask("send", SendMessageParameters(peer: peer.id, body: body))
        return result.id
    }

    /// The conversation with a peer, newest first.
    func history(with peer: PluginTestNode) async throws -> [MessageRecord] {
        let page: MessageHistoryPage = try await ask(
            "history", MessageHistoryParameters(peer: peer.id, limit: MessageHistoryParameters.maximumLimit))
        return page.messages
    }

    func conversations() async throws -> [ConversationSummary] {
        let list: ConversationList = try await ask("list_conversations", [String]())
        return list.conversations
    }

    func status(of id: MessageID, with peer: PluginTestNode) async throws -> MessageStatus? {
        try await history(with: peer).first { $0.id == id }?.status
    }

    /// Everything published on `messages.event`.
    var messageEvents: [MessageEvent] {
        get throws {
            try events.filter { $0.stream == "messages.event" }.map { event in
                try JSONDecoder().decode(MessageEvent.self, from: JSONEncoder().encode(event.parameters))
            }
        }
    }

    func statusEvents(of id: MessageID) throws -> [MessageEvent.StatusChange] {
        try messageEvents.compactMap { event in
            guard case .status(let change) = event, change.messageID == id else { return nil }
            return change
        }
    }

    /// Waits until clients were told this status, and checks that they were told nothing twice and nothing that takes a
    /// status back. `sent` may be missing: a receipt can be faster.
    func tells(_ status: MessageStatus, of id: MessageID) async throws -> Bool {
        let isTold = try await eventually { try statusEvents(of: id).last?.newStatus == status }
        let told = try statusEvents(of: id).map(\.newStatus)
        let order: [MessageStatus] = [.pending, .sent, .failed, .delivered, .read]
        let ranks = told.compactMap { order.firstIndex(of: $0) }
        return isTold && zip(ranks, ranks.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// Puts a message into the mesh's hands as the peer would have sent it.
    func receiveMessage(
        _ text: [UInt8], id: MessageID = .random(), at time: Int64 = TestClock.start, from source: PluginTestNode,
        arrival: PayloadArrival = .routed, security: PayloadSecurity = .unauthenticated
    ) throws {
        let box = try source.identity.port(forPlugin: "messaging").seal(text, to: identity.x25519PublicKey)
        receive(
            MessagingKind.message, MessageBody(id: id, timestampMilliseconds: time, box: box).encode(),
            from: source.id, arrival: arrival, security: security)
    }

    func receiveReceipt(_ kind: UInt8, for id: MessageID, from source: PluginTestNode) {
        receive(MessagingKind.receipt, id.bytes + [kind], from: source.id)
    }
}

extension PluginMesh {
    /// Adds a node that has messaging, on a clock of the test's.
    func addMessagingNode(
        _ name: String, clock: TestClock, _ section: [String: JSONValue] = [:]
    ) async throws -> PluginTestNode {
        try await addNode(
            name, plugins: [MessagingPlugin(clock: clock)],
            settings: ["messaging": PluginSettings(configuration: PluginConfiguration(section))])
    }

    /// How often a node handed a kind of payload to the mesh that took it.
    func accepted(_ kind: String, from node: PluginTestNode) -> Int {
        sent(by: node).filter { $0.kind == kind && $0.result.isAccepted }.count
    }
}

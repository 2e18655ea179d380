import Foundation
import PIMCore
import PIMRPC
import Testing

@Suite struct MessageTypesTests {
    private let peer = NodeID(high: 0x5647_5aa7_5463_474c, low: 0x0285_df5d_bf2b_cab7)

    private func object(_ value: some Encodable) throws -> [String: JSONValue] {
        try JSONDecoder().decode([String: JSONValue].self, from: JSONEncoder().encode(value))
    }

    @Test func unsetMembersOfARecordAreNull() throws {
        let id = try #require(MessageID([UInt8](repeating: 0x55, count: 16)))
        let record = MessageRecord(
            id: id, peerNodeID: peer, direction: .sent, body: "x", timestampMilliseconds: 5, status: .pending)
        #expect(
            try object(record) == [
                "id": .string(String(repeating: "55", count: 16)), "peer_node_id": .string(peer.description),
                "direction": .string("sent"), "body": .string("x"), "timestamp_ms": .integer(5),
                "status": .string("pending"), "failure_reason": .null, "delivered_at_ms": .null, "read_at_ms": .null,
                "failed_at_ms": .null, "verified": .null,
            ])
    }

    @Test func aConversationHasItsShortIdentifier() throws {
        let summary = ConversationSummary(
            peerNodeID: peer, name: "56475aa7", lastMessagePreview: nil, lastMessageMilliseconds: nil, unreadCount: 0,
            x25519PublicKey: nil, isConnected: false)
        #expect(
            try object(summary) == [
                "peer_node_id": .string(peer.description), "peer_node_id_short": .string("56475aa7"),
                "name": .string("56475aa7"), "last_message_preview": .null, "last_message_ts_ms": .null,
                "unread_count": .integer(0), "x25519_pubkey": .null, "is_connected": .bool(false),
            ])
    }

    /// The examples of `spec/messaging.md` §12; our status event has a reason beside them.
    @Test func eventsLookAsPublished() throws {
        let id = try #require(MessageID([UInt8](repeating: 0x55, count: 16)))
        let status = MessageEvent.status(
            .init(messageID: id, peerNodeID: peer, newStatus: .delivered, atMilliseconds: 1_745_960_000_420))
        #expect(
            try object(status) == [
                "kind": .string("message_status"), "message_id": .string(id.description),
                "peer_node_id": .string(peer.description), "new_status": .string("delivered"),
                "at_ms": .integer(1_745_960_000_420), "reason": .null,
            ])
        #expect(
            try object(MessageEvent.historyCleared(peer: nil, deletedMessages: 12)) == [
                "kind": .string("history_cleared"), "peer_node_id": .null, "scope": .string("all"),
                "deleted_messages": .integer(12),
            ])
    }

    @Test func everyEventIsReadBackAsItWasWritten() throws {
        let record = MessageRecord(
            id: .random(), peerNodeID: peer, direction: .received, body: "x", timestampMilliseconds: -1,
            status: .delivered, deliveredAtMilliseconds: 3, verified: false)
        let summary = ConversationSummary(
            peerNodeID: peer, name: "n", lastMessagePreview: "x", lastMessageMilliseconds: 5, unreadCount: 1,
            x25519PublicKey: X25519PublicKey([UInt8](repeating: 7, count: 32)), isConnected: true)
        let sighting = MessageEvent.PeerSighting(peerNodeID: peer, name: "n", isKeyKnown: true, via: .routed)
        let events: [MessageEvent] = [
            .received(record, in: summary), .queued(record, in: summary), .conversationChanged(summary),
            .status(
                .init(messageID: record.id, peerNodeID: peer, newStatus: .failed, atMilliseconds: 9, reason: .expired)),
            .historyCleared(peer: peer, deletedMessages: 3), .peerSeen(sighting), .resync, .unknown(kind: "typing"),
        ]
        for event in events {
            #expect(try JSONDecoder().decode(MessageEvent.self, from: JSONEncoder().encode(event)) == event)
        }
    }

    @Test func identifiersAreStrictAndRandomOnesAreUUIDs() throws {
        #expect(MessageID(hex: String(repeating: "5", count: 31)) == nil)
        #expect(MessageID(hex: "+f" + String(repeating: "5", count: 30)) == nil)
        #expect(MessageID([1, 2, 3]) == nil)
        let id = MessageID.random()
        #expect(MessageID(hex: id.description.uppercased()) == id)
        #expect(id.bytes[6] >> 4 == 4)
        #expect(id.bytes[8] >> 6 == 2)
    }
}

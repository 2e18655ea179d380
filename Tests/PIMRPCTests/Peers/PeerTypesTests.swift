import Foundation
import PIMCore
import Testing

@testable import PIMRPC

@Suite struct PeerTypesTests {
    private let node = NodeID(high: 0xa3f1_b2c4_0000_0000, low: 0x9d32_e0f8)

    private func summary(_ node: NodeID?, failure: PeerFailure? = nil) -> PeerSummary {
        PeerSummary(
            nodeID: node, label: "relay", meshIP: "", transport: .tcp, state: .failed, routeHops: 1,
            lastSeenSeconds: 0, latencyMilliseconds: nil, isGateway: false, isStatic: true, x25519PublicKey: nil,
            address: "relay:9100", failure: failure)
    }

    private func object(_ value: some Encodable) throws -> [String: JSONValue] {
        try JSONDecoder().decode([String: JSONValue].self, from: JSONEncoder().encode(value))
    }

    /// User interfaces take the members for text, whatever they are.
    @Test func anUnknownNodeIsTheEmptyText() throws {
        let written = try object(summary(nil))
        #expect(written["node_id"] == .string(""))
        #expect(written["node_id_short"] == .string(""))
        #expect(written["failure"] == .null)
        let read = try JSONDecoder().decode(PeerSummary.self, from: JSONEncoder().encode(summary(nil)))
        #expect(read == summary(nil))
    }

    @Test func aKnownNodeAndItsFailureComeThrough() throws {
        let failure = PeerFailure(reason: "connection refused", attempts: 3, retryInSeconds: 4)
        let written = try object(summary(node, failure: failure))
        #expect(written["node_id"] == .string(node.description))
        #expect(
            written["failure"]
                == .object([
                    "reason": .string("connection refused"), "attempts": .integer(3), "retry_in_s": .integer(4),
                ]))
        let read = try JSONDecoder().decode(
            PeerSummary.self, from: JSONEncoder().encode(summary(node, failure: failure)))
        #expect(read == summary(node, failure: failure))
    }

    @Test func aBadNodeIsAnError() throws {
        let text = try String(decoding: JSONEncoder().encode(summary(node)), as: UTF8.self)
        let bad = text.replacing(node.description, with: "zz")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(PeerSummary.self, from: Data(bad.utf8)) }
    }

    @Test func aConflictNamesBothKeys() throws {
        let key = try #require(X25519PublicKey(repeatElement(7, count: 32)))
        let other = try #require(X25519PublicKey(repeatElement(8, count: 32)))
        let event = PeersEvent(.keyConflict, .neighbour(summary(node)), at: "", kept: key, refused: other)
        let written = try object(event)
        #expect(written["kind"] == .string("key_conflict"))
        #expect(written["kept_x25519_pubkey"] == .string(key.description))
        #expect(written["refused_x25519_pubkey"] == .string(other.description))
        #expect(try object(PeersEvent(.connected, .neighbour(summary(node)), at: ""))["kept_x25519_pubkey"] == nil)
    }
}

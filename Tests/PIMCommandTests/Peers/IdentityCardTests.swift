import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("Identities that go from operator to operator")
struct IdentityCardTests {
    private static let key = String(repeating: "0a", count: 32)
    private let card: IdentityCard
    private let other: IdentityCard

    init() throws {
        let key = try #require(X25519PublicKey(hex: Self.key))
        card = IdentityCard(nodeID: NodeID(high: 1, low: 2), key: key, name: "alice of the hill")
        other = IdentityCard(nodeID: NodeID(high: 3, low: 4), key: key, name: nil)
    }

    @Test func whatIsPrintedIsRead() throws {
        let text = (card.lines + other.lines).joined(separator: "\n") + "\n"
        #expect(try IdentityCard.all(in: text) == [card, other])
    }

    @Test func jsonIsRead() throws {
        #expect(try IdentityCard.all(in: RPCCoding.encodeForPeople(card)) == [card])
        #expect(try IdentityCard.all(in: " " + RPCCoding.encodeForPeople([card, other])) == [card, other])
    }

    @Test func linesAreRead() throws {
        let text = """
            # neighbours

            \(card.nodeID) \(Self.key)  alice of the hill
            \(other.nodeID)\t\(Self.key.uppercased())
            """
        #expect(try IdentityCard.all(in: text) == [card, other])
    }

    @Test(
        "what is none",
        arguments: [
            "alice", "node_id: abc\nx25519_pubkey: \(key)", "{}", "[{\"node_id\": 1}]", "node_id: \(key.prefix(32))",
        ])
    func others(text: String) {
        #expect(throws: CommandFailure.self) { try IdentityCard.all(in: text) }
    }

    @Test func nothingIsNobody() throws {
        #expect(try IdentityCard.all(in: "\n# nobody\n").isEmpty)
    }
}

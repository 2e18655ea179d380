import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("What became of identities")
struct IdentityOutcomeTests {
    private let card: IdentityCard

    init() throws {
        let key = try #require(X25519PublicKey(hex: String(repeating: "0a", count: 32)))
        card = IdentityCard(nodeID: NodeID(high: 1, low: 2), key: key, name: "zo\u{1b}e")
    }

    @Test func aResultIsAsTheDaemonGivesIt() throws {
        let outcome = IdentityOutcome(of: card, ImportIdentityResult(nodeID: card.nodeID, imported: true))
        #expect(outcome.line == "\(card.nodeID) (zo\u{fffd}e): imported")
        let text = try RPCCoding.encode(outcome)
        #expect(
            try RPCCoding.decode(ImportIdentityResult.self, from: text)
                == ImportIdentityResult(nodeID: card.nodeID, imported: true))
    }

    @Test func aRefusalSaysWhy() throws {
        let outcome = IdentityOutcome(of: card, RPCError(.internalError, "no\n"))
        #expect(outcome.line == "\(card.nodeID) (zo\u{fffd}e): refused by the daemon: no\u{fffd}")
        let text = String(decoding: try RPCCoding.encode(outcome), as: UTF8.self)
        #expect(text.contains("\"code\":-32603") && !text.contains("imported"))
    }
}

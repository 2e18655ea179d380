import PIMCore
import Testing

@testable import pim

@Suite("Naming peers")
struct PeerReferenceTests {
    private let first = NodeID(high: 0xa3f1_b2c4_0000_0000, low: 1)
    private let second = NodeID(high: 0xa3f1_ffff_0000_0000, low: 2)
    private let third = NodeID(high: 0xcafe_0000_0000_0000, low: 3)

    private var known: [NodeID: Set<String>] {
        [first: ["alice"], second: ["bob", "twin"], third: ["a3f1", "twin", "Zoë"]]
    }

    private func choose(_ text: String) throws -> NodeID {
        try #require(PeerReference(argument: text)).choose(from: known)
    }

    @Test func namesAndUniqueBeginnings() throws {
        #expect(try choose("alice") == first)
        #expect(try choose("Zoë") == third)
        #expect(try choose("a3f1b") == first)
        #expect(try choose("A3F1FFFF") == second)
        #expect(try choose("cafe0000..00000003") == third)
    }

    @Test func aNameBeatsABeginning() throws {
        #expect(try choose("a3f1") == third)
    }

    @Test("what fits nobody or several", arguments: ["twin", "caf", "dead", "Alice", "a3f1z"])
    func refusals(text: String) {
        #expect(throws: CommandFailure.self) { try choose(text) }
    }

    @Test func anEmptyReferenceIsNone() {
        #expect(PeerReference(argument: "") == nil)
    }
}

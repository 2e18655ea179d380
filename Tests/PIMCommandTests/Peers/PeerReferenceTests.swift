import PIMCore
import Testing

@testable import pim

@Suite("Naming peers")
struct PeerReferenceTests {
    private let first = NodeID(high: 0xa3f1_b2c4_0000_0000, low: 1)
    private let second = NodeID(high: 0xa3f1_ffff_0000_0000, low: 2)
    private let third = NodeID(high: 0xcafe_0000_0000_0000, low: 3)

    private var known: [NodeID: KnownNode] {
        [
            first: KnownNode(names: ["alice"], addresses: ["10.77.1.1"]),
            second: KnownNode(names: ["bob", "twin"], addresses: ["10.77.2.2"]),
            third: KnownNode(names: ["a3f1", "twin", "Zoë"], addresses: ["10.77.3.3", "10.77.2.2"]),
        ]
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

    @Test func meshAddresses() throws {
        #expect(try choose("10.77.1.1") == first)
    }

    @Test func severalAreListedWithTheirIDs() {
        #expect {
            _ = try choose("10.77.2.2")
        } throws: { error in
            "\(error)".contains(second.description) && "\(error)".contains(third.description)
                && !"\(error)".contains(first.description)
        }
    }

    @Test(
        "what fits nobody or several", arguments: ["twin", "caf", "dead", "Alice", "a3f1z", "10.77.9.9", "10.77.2.2"])
    func refusals(text: String) {
        #expect(throws: CommandFailure.self) { try choose(text) }
    }

    @Test func anEmptyReferenceIsNone() {
        #expect(PeerReference(argument: "") == nil)
    }
}

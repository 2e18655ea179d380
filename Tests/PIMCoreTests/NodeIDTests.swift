import Foundation
import PIMCore
import TestVectors
import Testing

@Suite struct NodeIDTests {
    @Test(arguments: Vectors.shared.nodeIds.parse)
    func parsesHexOnly(_ vector: NodeIDVectors.Parse) {
        let parsed = try? NodeID(parsing: vector.text)
        #expect(parsed == vector.nodeId)
        #expect((vector.error == nil) == (parsed != nil))
    }

    @Test(arguments: Vectors.shared.nodeIds.shortForm)
    func showsTheShortForm(_ vector: NodeIDVectors.Short) {
        #expect(vector.nodeId.shortDescription == vector.short)
    }

    @Test func errorsNameTheLengthOrThePair() {
        func message(_ text: String) -> String {
            do {
                return try NodeID(parsing: text).description
            } catch {
                return error.description
            }
        }
        #expect(message("ab").contains("2 bytes"))
        #expect(message("ab").hasPrefix("config error: "))
        #expect(message("+f" + String(repeating: "a", count: 30)).contains("“+f”"))
    }

    @Test func ordersBytewise() {
        let low = NodeID(high: 0x7fff_ffff_ffff_ffff, low: .max)
        let high = NodeID(high: 0x8000_0000_0000_0000, low: 0)
        #expect(low < high)
        #expect(NodeID(high: 1, low: 1) < NodeID(high: 1, low: 2))
    }

    @Test func bytesRoundTrip() throws {
        let bytes = (0..<16).map { UInt8($0) }
        let node = try #require(NodeID(bytes))
        #expect(node.bytes == bytes)
        #expect(node.high == 0x0001_0203_0405_0607)
        #expect(NodeID(bytes.dropLast()) == nil)
        #expect(NodeID(bytes + [0]) == nil)
        let data = try JSONEncoder().encode([node])
        #expect(try JSONDecoder().decode([NodeID].self, from: data) == [node])
    }
}

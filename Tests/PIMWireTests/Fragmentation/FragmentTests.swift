import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct FragmentTests {
    @Test(arguments: Vectors.shared.fragments.sizes)
    func plansTheVectors(_ vector: FragmentVectors.Size) throws {
        let plan = try FragmentPlan(payloadLength: vector.payloadLen)
        #expect(plan.isFragmented == vector.fragmented)
        #expect(plan.pieces == vector.fragments.map { $0.offset..<$0.offset + $0.length })
    }

    @Test(arguments: Vectors.shared.fragments.parse)
    func parsesTheVectors(_ vector: FragmentVectors.Parse) throws {
        guard vector.ok else {
            #expect(throws: WireError.self) { try Fragment.decode(vector.hex.bytes) }
            return
        }
        let fragment = try Fragment.decode(vector.hex.bytes)
        #expect(fragment.isLast == vector.isLast)
        #expect(try fragment.encode() == vector.hex.bytes)
    }

    @Test func cutsTheExample() throws {
        let example = Vectors.shared.fragments.example
        let payload = (0..<example.payloadLen).map { UInt8(truncatingIfNeeded: $0) }
        let fragments = try FragmentPlan.fragments(of: payload, id: example.fragmentId)
        #expect(try fragments.map { Array(try $0.encode().prefix(8)) } == example.fragmentHeaders.map(\.bytes))
        #expect(fragments.flatMap(\.piece) == payload)
    }

    @Test func refusesWhatSixteenBitsCannotSay() throws {
        #expect(throws: WireError(.tooLarge, "")) { try FragmentPlan(payloadLength: 65_536) }
        #expect(throws: WireError(.tooLarge, "")) { try FragmentPlan(payloadLength: -1) }
        let tooLong = Fragment(id: 1, offset: 0, totalLength: 65_536, piece: [1])
        #expect(throws: WireError(.tooLarge, "")) { try tooLong.encode() }
        let pastTotal = Fragment(id: 1, offset: 4, totalLength: 4, piece: [1])
        #expect(throws: WireError(.badFragment, "")) { try pastTotal.encode() }
    }
}

import PIMCore
import Testing

@Suite struct HexTests {
    @Test func roundTrips() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.decode(Hex.encode(bytes).uppercased()) == bytes)
        #expect(Hex.encode([]) == "")
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["a", "0x", "+f", " a", "gg", "abc", "ａb"])
    func refusesOtherText(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}

import Foundation
import PIMCore
import Testing

@Suite struct IPv4AddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", 0), ("10.77.97.177", 0x0a4d_61b1), ("255.255.255.255", 0xffff_ffff), ("1.2.3.4", 0x0102_0304),
        ] as [(String, UInt32)])
    func textAndNumberMatch(_ text: String, _ value: UInt32) {
        #expect(IPv4Address(text)?.rawValue == value)
        #expect(IPv4Address(rawValue: value).description == text)
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "1..3.4", "1.2.3.",
        "a.b.c.d", "1.2.3.4/16", "1.2.3.99999999999999999999", "１.2.3.4",
    ])
    func refusesOtherText(_ text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test func travelsThroughJSONAsText() throws {
        let address = IPv4Address(rawValue: 0x0a4d_0001)
        let data = try JSONEncoder().encode([address])
        #expect(String(decoding: data, as: UTF8.self) == #"["10.77.0.1"]"#)
        #expect(try JSONDecoder().decode([IPv4Address].self, from: data) == [address])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPv4Address].self, from: Data(#"["10.77"]"#.utf8))
        }
    }

    @Test func ordersByNumber() {
        #expect(IPv4Address(rawValue: 9) < IPv4Address(rawValue: 0x8000_0000))
    }
}

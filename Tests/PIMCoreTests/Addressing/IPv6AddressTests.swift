import Foundation
import PIMCore
import Testing

@Suite struct IPv6AddressTests {
    /// Text as people write it, and the one form of RFC 5952.
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("fd77:0:0:0:1:2:3:4", "fd77::1:2:3:4"),
        ("FD77::0DE8:AB", "fd77::de8:ab"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::ffff:10.77.0.1", "::ffff:10.77.0.1"), ("::ffff:a4d:1", "::ffff:10.77.0.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func printsTheCanonicalForm(_ text: String, _ canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::1:2:3:4:5:6:7:8", "12345::", "g::",
        ":1",
        "1:", "::1:", "fd77::1%eth0", "1.2.3.4", "::1.2.3", "::1.2.3.256", "1.2.3.4::", "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4", " ::1", "-1::",
    ])
    func refusesOtherText(_ text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func refusesEndlessText() {
        #expect(IPv6Address(String(repeating: "0", count: 1_000_000)) == nil)
    }

    @Test func travelsThroughJSONAsText() throws {
        let address = IPv6Address(high: 0xfd77 << 48, low: 1)
        let data = try JSONEncoder().encode([address])
        #expect(String(decoding: data, as: UTF8.self) == #"["fd77::1"]"#)
        #expect(try JSONDecoder().decode([IPv6Address].self, from: data) == [address])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPv6Address].self, from: Data("[\"x\"]".utf8)) }
    }

    @Test func ordersByNumber() {
        #expect(IPv6Address(high: 0, low: .max) < IPv6Address(high: 1, low: 0))
        #expect(IPv6Address(high: 1, low: 0) < IPv6Address(high: 1, low: 1))
    }
}

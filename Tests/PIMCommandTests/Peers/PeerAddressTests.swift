import Testing

@testable import pim

@Suite("Addresses of peers")
struct PeerAddressTests {
    @Test(
        "what is an address",
        arguments: [
            ("relay:9100", "relay:9100"), ("10.0.0.1:80", "10.0.0.1:80"), ("[2001:db8::1]:9200", "[2001:db8::1]:9200"),
            ("10.0.0.1", "10.0.0.1:9100"), ("relay.example.net", "relay.example.net:9100"),
            ("2001:db8::1", "[2001:db8::1]:9100"), ("[2001:db8::1]", "[2001:db8::1]:9100"),
        ])
    func addresses(typed: String, whole: String) {
        #expect(PeerAddress(typed)?.text == whole)
    }

    @Test("what is none", arguments: ["", "relay", "relay:", "relay:0", "relay:70000", ":9100", "a b:1", "relay:x"])
    func others(typed: String) {
        #expect(PeerAddress(typed) == nil)
    }

    @Test func aWordIsAHostWhereNoNodeCanBeMeant() {
        #expect(PeerAddress("relay", allowingWords: true)?.text == "relay:9100")
        #expect(PeerAddress("relay:9100")?.entryID == "entry-tcp-relay:9100")
    }
}

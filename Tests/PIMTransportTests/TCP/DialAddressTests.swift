import PIMCore
import Testing

@testable import PIMTransport

@Suite struct DialAddressTests {
    @Test(arguments: [
        ("192.0.2.1:9100", "192.0.2.1", 9100), ("[2001:db8::1]:1", "2001:db8::1", 1),
        ("mesh.example.org:65535", "mesh.example.org", 65535), ("[fe80::1%eth0]:9100", "fe80::1%eth0", 9100),
    ])
    func targetsAsPeopleWriteThem(text: String, host: String, port: Int) throws {
        let address = try DialAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        "", "host", "host:", ":9100", "host:0", "host:65536", "host:-1", "2001:db8::1:9100", "[]:1", "a:b:1",
    ])
    func othersAreRefused(text: String) {
        #expect(throws: PIMError.self) { try DialAddress(text) }
    }
}

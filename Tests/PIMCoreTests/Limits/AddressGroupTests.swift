import PIMCore
import Testing

@Suite struct AddressGroupTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("::ffff:192.0.2.1", "192.0.2.1", true), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
        ("fe80::1%eth0", "fe80::2%eth1", true),
    ])
    func addressesAreGrouped(first: String, second: String, same: Bool) {
        #expect((AddressGroup(first) == AddressGroup(second)) == same)
    }

    @Test(arguments: [
        ("192.0.2.1:9100", "192.0.2.1"), ("[2001:db8::1]:9100", "2001:db8::"), ("[fe80::1%eth0]:9100", "fe80::"),
        ("no port", ""), ("", ""), ("name:9100", ""), ("[]:1", ""),
    ])
    func endpointsAreReadWithoutTheirPort(endpoint: String, address: String) {
        #expect(AddressGroup(endpoint: endpoint) == AddressGroup(address))
    }

    @Test func orderAndText() {
        let groups = ["2001:db8::1", "192.0.2.2", "?", "192.0.2.1"].map { AddressGroup($0) }.sorted()
        #expect(groups.map(\.description) == ["192.0.2.1", "192.0.2.2", "2001:db8::/64", "no IP address"])
    }
}

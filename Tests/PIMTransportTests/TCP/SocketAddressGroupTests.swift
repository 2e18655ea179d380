import NIOCore
import PIMCore
import Testing

@testable import PIMTransport

@Suite struct SocketAddressGroupTests {
    @Test(arguments: ["192.0.2.255", "0.0.0.1", "::1", "2001:db8:1:2:3:4:5:6", "fe80::ff", "::ffff:192.0.2.7"])
    func addressCountsAsTheSameWhetherReadOrWritten(text: String) throws {
        #expect(AddressGroup(try SocketAddress(ipAddress: text, port: 9100)) == AddressGroup(text))
    }

    @Test func whatHasNoAddressCountsAsOther() throws {
        #expect(AddressGroup(nil as SocketAddress?) == .other)
        #expect(AddressGroup(try SocketAddress(unixDomainSocketPath: "/tmp/s")) == .other)
    }
}

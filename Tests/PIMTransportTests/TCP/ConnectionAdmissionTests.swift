import PIMCore
import Testing

@testable import PIMTransport

@Suite struct ConnectionAdmissionTests {
    private func link(_ number: UInt64) -> LinkID { LinkID(rawValue: number) }

    @Test func newestOfOneAddressIsRefused() {
        var admission = ConnectionAdmission(limit: 10, limitPerAddress: 3)
        let group = AddressGroup("192.0.2.1")
        for number in 1...3 { #expect(admission.admit(link(UInt64(number)), from: group) == .admit) }
        #expect(admission.admit(link(4), from: group) == .refuse)
        #expect(admission.admit(link(5), from: AddressGroup("192.0.2.2")) == .admit)
        admission.release(link(2))
        #expect(admission.admit(link(6), from: group) == .admit)
    }

    @Test func oldestOfTheMostCrowdedAddressMakesRoom() {
        var admission = ConnectionAdmission(limit: 4, limitPerAddress: 3)
        #expect(admission.admit(link(1), from: AddressGroup("192.0.2.1")) == .admit)
        for number in 2...4 {
            #expect(admission.admit(link(UInt64(number)), from: AddressGroup("192.0.2.2")) == .admit)
        }
        #expect(admission.admit(link(5), from: AddressGroup("192.0.2.3")) == .admitInsteadOf(link(2)))
        #expect(admission.count == 4)
        #expect(admission.admit(link(6), from: AddressGroup("192.0.2.4")) == .admitInsteadOf(link(3)))
    }

    @Test func releasingTwiceCountsOnce() {
        var admission = ConnectionAdmission(limit: 10, limitPerAddress: 1)
        let group = AddressGroup("192.0.2.1")
        #expect(admission.admit(link(1), from: group) == .admit)
        admission.release(link(1))
        admission.release(link(1))
        #expect(admission.count == 0)
        #expect(admission.admit(link(2), from: group) == .admit)
        #expect(admission.admit(link(3), from: group) == .refuse)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("::ffff:192.0.2.1", "192.0.2.1", true), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
        ("fe80::1%eth0", "fe80::2%eth1", true),
    ])
    func addressesAreGrouped(first: String, second: String, same: Bool) {
        #expect((AddressGroup(first) == AddressGroup(second)) == same)
    }
}

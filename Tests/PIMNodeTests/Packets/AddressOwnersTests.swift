import PIMCore
import Testing

@testable import PIMNode

/// Who packets to a mesh address go to.
@Suite struct AddressOwnersTests {
    private let own = NodeID.filled(0xee)

    /// Networks so small that every node below 0x10 has the same address in both versions.
    private func index(own: NodeID) -> AddressIndex {
        AddressIndex(own: own, deriveIPv6: { IPv6Address(high: 1, low: $0.low & 0xff < 0x10 ? 7 : $0.low & 0xff) }) {
            IPv4Address(rawValue: $0.low & 0xff < 0x10 ? 7 : UInt32($0.low & 0xff))
        }
    }

    private let shared = [IPAddress.v4(IPv4Address(rawValue: 7)), .v6(IPv6Address(high: 1, low: 7))]

    @Test func everyNodeHasBothOfItsAddressesWhileItIsReachable() {
        var index = AddressIndex(own: own) { IPv4Address(rawValue: UInt32($0.low & 0xff)) }
        _ = index.insert(.filled(2))
        let (_, ours) = IPAddress.derived(own)
        let (_, theirs) = IPAddress.derived(.filled(2))
        #expect(
            index.owners == [
                .v4(IPv4Address(rawValue: 0xee)): own, ours: own, .v4(IPv4Address(rawValue: 2)): .filled(2),
                theirs: .filled(2),
            ])
        index.remove(.filled(2))
        #expect(index.owners == [.v4(IPv4Address(rawValue: 0xee)): own, ours: own])
    }

    /// AC-11.
    @Test func theFirstOwnerKeepsASharedAddressOfEitherVersionAndTheNextInheritsIt() {
        var index = index(own: own)
        for byte in 1...3 as ClosedRange<UInt8> { _ = index.insert(.filled(byte)) }
        for address in shared { #expect(index.owners[address] == .filled(1)) }
        index.remove(.filled(2))
        for address in shared { #expect(index.owners[address] == .filled(1)) }
        index.remove(.filled(1))
        for address in shared { #expect(index.owners[address] == .filled(3)) }
        index.remove(.filled(3))
        for address in shared { #expect(index.owners[address] == nil) }
    }

    @Test func nobodyTakesAnAddressOfThisNode() {
        var index = index(own: .filled(1))
        _ = index.insert(.filled(2))
        for address in shared { #expect(index.owners[address] == .filled(1)) }
        index.remove(.filled(2))
        for address in shared { #expect(index.owners[address] == .filled(1)) }
    }
}

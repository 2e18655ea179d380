import PIMCore
import Testing

@testable import PIMNode

@Suite struct AddressIndexTests {
    private let own = NodeID.filled(0xee)
    private let shared = IPv4Address(rawValue: 0x0a4d_0001)

    /// Nodes below 0x10 share one address, the others have one each.
    private func index() -> AddressIndex {
        AddressIndex(own: own) { node in
            IPv4Address(rawValue: node.low & 0xff < 0x10 ? 0x0a4d_0001 : 0x0a4d_0000 + UInt32(node.low & 0xff))
        }
    }

    @Test func findsTheOwnerOfAnAddress() {
        var index = index()
        #expect(index.insert(.filled(0x20)) == nil)
        #expect(index.owner(of: IPv4Address(rawValue: 0x0a4d_0020)) == .filled(0x20))
        index.remove(.filled(0x20))
        #expect(index.owner(of: IPv4Address(rawValue: 0x0a4d_0020)) == nil)
        #expect(index.address(of: .filled(0x20)) == IPv4Address(rawValue: 0x0a4d_0020))
    }

    @Test func theFirstOwnerKeepsASharedAddressAndTheNextInheritsIt() {
        var index = index()
        #expect(index.insert(.filled(1)) == nil)
        #expect(index.insert(.filled(2)) == .filled(1))
        #expect(index.insert(.filled(2)) == nil)
        #expect(index.collisions == 1)
        #expect(index.owner(of: shared) == .filled(1))
        index.remove(.filled(1))
        #expect(index.owner(of: shared) == .filled(2))
        index.remove(.filled(2))
        #expect(index.owner(of: shared) == nil)
    }

    @Test func removingTheLaterOneLeavesTheOwner() {
        var index = index()
        _ = index.insert(.filled(1))
        _ = index.insert(.filled(2))
        index.remove(.filled(2))
        #expect(index.owner(of: shared) == .filled(1))
    }

    @Test func aCollisionWithThisNodeItselfIsNoticed() {
        var index = AddressIndex(own: .filled(1)) { _ in IPv4Address(rawValue: 0x0a4d_0001) }
        #expect(index.owner(of: shared) == .filled(1))
        #expect(index.insert(.filled(2)) == .filled(1))
        index.remove(.filled(1))
        #expect(index.owner(of: shared) == .filled(1))
    }
}

import PIMCore
import PIMCrypto
import TestVectors
import Testing

@Suite struct MeshAddressTests {
    @Test(arguments: Vectors.shared.meshAddresses.ipv4)
    func derivesIPv4(_ vector: MeshAddressVectors.Case) throws {
        let prefix = try IPv4Prefix(parsing: vector.prefix)
        #expect(MeshAddress.ipv4(of: vector.nodeId, in: prefix).description == vector.address)
    }

    @Test(arguments: Vectors.shared.meshAddresses.ipv6)
    func derivesIPv6(_ vector: MeshAddressVectors.Case) throws {
        let prefix = try IPv6Prefix(parsing: vector.prefix)
        #expect(MeshAddress.ipv6(of: vector.nodeId, in: prefix).description == vector.address)
    }

    @Test(arguments: Vectors.shared.meshAddresses.reservedHostCases)
    func avoidsReservedHosts(_ vector: MeshAddressVectors.Case) throws {
        if vector.prefix.contains(":") {
            try derivesIPv6(vector)
        } else {
            try derivesIPv4(vector)
        }
    }

    /// The table of `spec/wire.md` §18.2.
    @Test(arguments: [
        ("00000000000000000000000000000000", "10.77.97.177", "fd77::dd57:63c8:bb62:21d2"),
        ("01010101010101010101010101010101", "10.77.252.94", "fd77::f977:ee01:3c86:4d74"),
        ("42424242424242424242424242424242", "10.77.167.186", "fd77::5b24:4db7:4f96:41ee"),
        ("99999999999999999999999999999999", "10.77.175.102", "fd77::24de:5908:e049:b7e8"),
        ("ffffffffffffffffffffffffffffffff", "10.77.145.15", "fd77::1c75:b84e:3269:e005"),
        ("000102030405060708090a0b0c0d0e0f", "10.77.146.34", "fd77::2aa9:fd4b:fd3:e648"),
    ])
    func derivesTheSamples(_ node: String, _ ipv4: String, _ ipv6: String) throws {
        let node = try NodeID(parsing: node)
        #expect(MeshAddress.ipv4(of: node, in: .mesh).description == ipv4)
        #expect(MeshAddress.ipv6(of: node, in: .mesh).description == ipv6)
    }

    /// AC-12, at the ends: a /32 is nobody but its network address.
    @Test func staysInsideEveryPrefix() throws {
        for fill in 0...255 as ClosedRange<UInt64> {
            let word = fill &* 0x0101_0101_0101_0101
            let node = NodeID(high: word, low: word)
            for length in [0, 8, 16, 24, 30, 31, 32] {
                let prefix = try #require(IPv4Prefix(IPv4Address(rawValue: 0x0a4d_0000), length: length))
                #expect(prefix.contains(MeshAddress.ipv4(of: node, in: prefix)))
            }
            for length in [0, 1, 64, 65, 126, 127, 128] {
                let prefix = try #require(IPv6Prefix(IPv6Address(high: 0xfd77 << 48, low: 0), length: length))
                #expect(prefix.contains(MeshAddress.ipv6(of: node, in: prefix)))
            }
            let small = try IPv4Prefix(parsing: "192.0.2.0/30")
            #expect([1, 2].contains(MeshAddress.ipv4(of: node, in: small).rawValue & 3))
            let smallSix = try IPv6Prefix(parsing: "fd77::/126")
            #expect([1, 2].contains(MeshAddress.ipv6(of: node, in: smallSix).low & 3))
        }
    }
}

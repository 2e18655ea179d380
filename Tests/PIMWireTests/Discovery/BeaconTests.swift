import PIMCore
import PIMWire
import Testing

@Suite struct BeaconTests {
    /// Vector A of `spec/discovery.md` §10.
    private static let vector =
        "50494d4401" + String(repeating: "ab", count: 16) + String(repeating: "55", count: 32) + "03238c"

    private static func beacon() throws -> Beacon {
        let word: UInt64 = 0xabab_abab_abab_abab
        return try #require(
            Beacon(
                node: NodeID(high: word, low: word), publicKey: [UInt8](repeating: 0x55, count: 32),
                roles: BeaconRoles(isRelay: true, isGateway: false), port: 9100))
    }

    @Test func theVectorRoundTrips() throws {
        let bytes = try #require(Hex.decode(Self.vector))
        #expect(try Self.beacon().encode() == bytes)
        #expect(try Beacon.decode(bytes) == Self.beacon())
    }

    /// What later versions append is for those who know it (§12.9).
    @Test func bytesBehindABeaconAreIgnored() throws {
        #expect(try Beacon.decode(Self.beacon().encode() + [1, 2, 3]) == Self.beacon())
        let sealed = try #require(
            SealedBeacon(
                nonce: [UInt8](repeating: 1, count: 12), ciphertext: [UInt8](repeating: 2, count: 56),
                tag: [UInt8](repeating: 3, count: 16)))
        #expect(sealed.encode().count == 89)
        #expect(try SealedBeacon.decode(sealed.encode() + [4]) == sealed)
    }

    @Test func refusesWhatIsNoBeacon() throws {
        let bytes = try Self.beacon().encode()
        #expect(throws: WireError(.truncated, "")) { try Beacon.decode(Array(bytes.dropLast())) }
        #expect(throws: WireError(.truncated, "")) { try Beacon.decode([UInt8](repeating: 0, count: 10)) }
        #expect(throws: WireError(.truncated, "")) { try Beacon.decode(Array("garbage".utf8)) }
        #expect(throws: WireError(.badMagic, "")) { try Beacon.decode([0x51] + bytes.dropFirst()) }
        var later = bytes
        later[4] = 3
        #expect(throws: WireError(.unsupportedVersion, "")) { try Beacon.decode(later) }
        #expect(throws: WireError(.truncated, "")) { try SealedBeacon.decode(bytes) }
        #expect(throws: WireError(.unsupportedVersion, "")) {
            try SealedBeacon.decode(bytes + [UInt8](repeating: 0, count: 33))
        }
    }

    @Test func partsOfAnotherSizeMakeNoBeacon() {
        #expect(Beacon(node: NodeID(high: 0, low: 1), publicKey: [1], roles: .client, port: 1) == nil)
        #expect(SealedBeacon(nonce: [1], ciphertext: [], tag: []) == nil)
    }

    /// DI-23.
    @Test func rolesHaveTheirBits() {
        #expect(BeaconRoles(isRelay: false, isGateway: true).rawValue == 0x07)
        #expect(BeaconRoles(isRelay: true, isGateway: false).rawValue == 0x03)
        #expect(BeaconRoles(isRelay: false, isGateway: false).rawValue == 0x01)
        #expect(!BeaconRoles.client.isDialable)
        #expect(BeaconRoles(rawValue: 0xf2).isDialable)
    }

    @Test func endpointsAreAddressesToDial() throws {
        let ipv4 = BeaconSource.ipv4(try #require(IPv4Address("192.0.2.7")))
        #expect(ipv4.endpoint(port: 9100) == "192.0.2.7:9100")
        let ipv6 = BeaconSource.ipv6(try #require(IPv6Address("fe80::1")), interface: "eth0")
        #expect(ipv6.endpoint(port: 1) == "[fe80::1%eth0]:1")
        #expect("\(ipv6)" == "fe80::1%eth0")
    }
}

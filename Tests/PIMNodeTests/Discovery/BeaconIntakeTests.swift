import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

@Suite struct BeaconIntakeTests {
    private let now = MonotonicTime.seconds(100)

    private func intake() throws -> BeaconIntake {
        var intake = BeaconIntake(
            own: try Identity.filled(0x01).nodeID, form: .clear, meshPrefix: .mesh, at: now)
        intake.networks = [try IPv4Prefix(parsing: "192.0.2.0/24"), try IPv4Prefix(parsing: "10.0.0.0/8")]
        return intake
    }

    @Test func beaconsOfOthersComeThroughAndOwnOnesAreKnown() throws {
        var intake = try intake()
        let beacon = try Beacon.filled(0x02)
        #expect(intake.admit(beacon.encode(), from: .host(7), at: now) == .beacon(beacon))
        #expect(intake.admit(try Beacon.filled(0x01).encode(), from: .host(7), at: now) == .own)
    }

    @Test func refusalsSayWhy() throws {
        var intake = try intake()
        let foreign = try Beacon.filled(0x02)
        var lying = foreign
        lying.node = .filled(9)
        var portless = foreign
        portless.port = 0
        let sealed = [0x50, 0x49, 0x4d, 0x44, 0x02] + [UInt8](repeating: 0, count: 84)
        #expect(intake.admit([], from: .host(1), at: now) == .refused(.discoveryMalformed))
        #expect(intake.admit(sealed, from: .host(1), at: now) == .refused(.discoveryOtherForm))
        #expect(intake.admit(lying.encode(), from: .host(1), at: now) == .refused(.discoveryKeyMismatch))
        #expect(intake.admit(portless.encode(), from: .host(1), at: now) == .refused(.discoveryNoPort))
    }

    /// From beyond the network, from inside the mesh, and from addresses nobody can have.
    @Test(arguments: [
        "198.51.100.1", "127.0.0.1", "10.77.3.4", "192.0.2.255", "192.0.2.0", "0.0.0.0", "255.255.255.255", "224.0.0.1",
    ])
    func beaconsFromElsewhereAreRefused(_ source: String) throws {
        var intake = try intake()
        let address = BeaconSource.ipv4(try #require(IPv4Address(source)))
        #expect(intake.admit(try Beacon.filled(0x02).encode(), from: address, at: now) == .refused(.discoveryOffLink))
    }

    @Test(arguments: [("fe80::1", true), ("febf::1", true), ("fec0::1", false), ("2001:db8::1", false), ("::1", false)])
    func overIPv6OnlyLinkLocalAddressesAreNear(_ source: String, isNear: Bool) throws {
        var intake = try intake()
        let address = BeaconSource.ipv6(try #require(IPv6Address(source)), interface: "eth0")
        let outcome = intake.admit(try Beacon.filled(0x02).encode(), from: address, at: now)
        #expect((outcome == .refused(.discoveryOffLink)) != isNear)
    }

    @Test func oneSourceThatFloodsLeavesRoomForOthers() throws {
        var intake = try intake()
        let datagram = try Beacon.filled(0x02).encode()
        var admitted = 0
        for _ in 0..<10_000 where intake.admit(datagram, from: .host(66), at: now) != .refused(.discoveryOverLimit) {
            admitted += 1
        }
        #expect(admitted == 40)
        #expect(intake.admit(datagram, from: .host(7), at: now) == .beacon(try .filled(0x02)))
        #expect(
            intake.admit(datagram, from: .host(66), at: now.advanced(by: .seconds(1))) == .beacon(try .filled(0x02)))
    }

    @Test func allSourcesTogetherAreBounded() throws {
        var intake = try intake()
        let datagram = try Beacon.filled(0x02).encode()
        var admitted = 0
        for number in 0..<50_000 {
            let source = BeaconSource.ipv4(IPv4Address(rawValue: 0x0a01_0001 + UInt32(number)))
            if intake.admit(datagram, from: source, at: now) == .beacon(try .filled(0x02)) { admitted += 1 }
        }
        #expect(admitted == 1000)
    }
}

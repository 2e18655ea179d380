import Foundation
import PIMCore
import PIMHost
import Testing

#if os(Linux)
    @Suite(.enabled(if: NetworkNamespace.isAvailable, "needs root for a network namespace"))
    struct TunnelConfigurationTests {
        @Test func theInterfaceIsUpWithBothAddressesAndItsMTU() async throws {
            try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                #expect(try TunnelConfiguration.example().apply(to: device, using: Rtnetlink()) == [])
                let interface = try #require(try NetworkInterfaces.current().first { $0.name == "pim0" })
                #expect(interface.isRunning)
                #expect(interface.ipv4.map { "\($0.address) \($0.network)" } == ["10.77.3.4 10.77.0.0/16"])
                #expect(interface.ipv6.map { "\($0)" } == ["fd77::1"])
                let words = try NetworkNamespace.words("ip", ["-d", "link", "show", "pim0"]).joined(separator: " ")
                #expect(words.contains("mtu 1400"))
                #expect(words.contains("gso_max_size 65000"))
                #expect(try NetworkNamespace.words("ip", ["route"]).contains { $0.hasPrefix("10.77.0.0/16 dev pim0") })
            }
        }

        @Test func doingItTwiceDoesNothing() async throws {
            try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                let kernel = try Rtnetlink()
                for _ in 0..<2 { #expect(try TunnelConfiguration.example().apply(to: device, using: kernel) == []) }
                #expect(try NetworkInterfaces.current().first { $0.name == "pim0" }?.ipv4.count == 1)
            }
        }

        /// The request of `spec/host-network.md` §3.3, answered by the kernel behind the device.
        @Test func aPingFromTheMeshIsAnsweredByThisMachine() async throws {
            let request: [UInt8] = [
                0x45, 0, 0, 0x24, 0, 0, 0x40, 0, 0x40, 0x01, 0x22, 0x3a, 10, 77, 1, 2, 10, 77, 3, 4, 8, 0, 0x2e, 0x37,
                0x12, 0x34, 0, 1, 0x70, 0x69, 0x6e, 0x67, 0x64, 0x61, 0x74, 0x61,
            ]
            let answer = try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                _ = try TunnelConfiguration.example().apply(to: device, using: Rtnetlink())
                #expect(device.send(request))
                return device.receive()
            }
            let packet = try #require(answer)
            #expect(Array(packet[12..<20]) == [10, 77, 3, 4, 10, 77, 1, 2])
            #expect(packet[20] == 0)
            #expect(packet[24...] == request[24...])
        }

        @Test func ipv6WorksWhereItIsDisabledForNewInterfaces() async throws {
            try await NetworkNamespace.run {
                try KernelSetting("net/ipv6/conf/default/disable_ipv6").write("1")
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                #expect(try TunnelConfiguration.example().apply(to: device, using: Rtnetlink()) == [])
                let interface = try #require(try NetworkInterfaces.current().first { $0.name == "pim0" })
                #expect(interface.ipv6.map { "\($0)" } == ["fd77::1"])
            }
        }

        @Test func nothingIsSentThatNobodyAskedFor() async throws {
            let packet = try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                _ = try TunnelConfiguration.example().apply(to: device, using: Rtnetlink())
                // Router solicitations and multicast reports come within a second where they come at all.
                return device.receive(within: 1500)
            }
            #expect(packet == nil)
        }

        @Test func anMTUTooSmallForIPv6LeavesIPv4AndSaysSo() async throws {
            try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                let warnings = try TunnelConfiguration.example(mtu: 900).apply(to: device, using: Rtnetlink())
                #expect(warnings.count == 1)
                #expect(warnings.first?.contains("IPv6 needs 1280") == true)
                let interface = try #require(try NetworkInterfaces.current().first { $0.name == "pim0" })
                #expect(interface.ipv4.count == 1)
                #expect(interface.ipv6 == [])
            }
        }

        @Test func aStepTheKernelRefusesIsNamed() async throws {
            let error = try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                return #expect(throws: PIMError.self) {
                    try TunnelConfiguration.example(mtu: 1 << 20).apply(to: device, using: Rtnetlink())
                }
            }
            #expect(error?.category == .tun)
            #expect(error?.description.contains("cannot set the MTU to 1048576") == true)
        }
    }
#endif

@Suite struct FirstHostTests {
    @Test(arguments: [
        ("10.77.0.0/16", "10.77.0.1"), ("10.77.5.0/24", "10.77.5.1"), ("192.0.2.4/30", "192.0.2.5"),
    ])
    func isTheNetworkAndOne(prefix: String, host: String) throws {
        var configuration = TunnelConfiguration(
            ipv4: .unspecified, in: .mesh, ipv6: .unspecified, in: .mesh, mtu: 1400)
        configuration.ipv4Prefix = try IPv4Prefix(parsing: prefix)
        #expect("\(configuration.firstHost)" == host)
    }
}

import Foundation
import PIMCore
import PIMHost
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

#if os(Linux)
    @Suite(.enabled(if: NetworkNamespace.isAvailable, "needs root for a network namespace"))
    struct TunnelDeviceTests {
        @Test func aDeviceLivesAsLongAsItIsOpen() async throws {
            try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                #expect(device.name == "pim0")
                #expect(try NetworkInterfaces.current().map(\.name).contains("pim0"))
                #expect(fcntl(device.descriptor, F_GETFL) & O_NONBLOCK != 0)
                #expect(fcntl(device.descriptor, F_GETFD) & FD_CLOEXEC != 0)
                device.close()
                device.close()
                #expect(try !NetworkInterfaces.current().map(\.name).contains("pim0"))
            }
        }

        @Test func forgettingADeviceClosesIt() async throws {
            try await NetworkNamespace.run {
                _ = try TunnelDevice.open(name: "pim0")
                #expect(try !NetworkInterfaces.current().map(\.name).contains("pim0"))
            }
        }

        /// Every kernel since 2.6.27 has it, and the packet path is ten times faster with it.
        @Test func theKernelOffersOffload() async throws {
            #expect(try await NetworkNamespace.run { try TunnelDevice.open(name: "pim0").hasOffload })
        }

        @Test func aNameInUseIsRefusedWithAdvice() async throws {
            let error = try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                return #expect(throws: PIMError.self) { try TunnelDevice.open(name: "pim0") }
            }
            #expect(error?.category == .tun)
            #expect(error?.message.contains("another interface of that name") == true)
        }

        @Test func aNameOfAnotherInterfaceIsRefused() async throws {
            let error = try await NetworkNamespace.run {
                #expect(throws: PIMError.self) { try TunnelDevice.open(name: "lo") }
            }
            #expect(error?.message.contains("another interface of that name") == true)
        }

        @Test(arguments: ["", "sixteen-bytes-xx", "a b", "..", "pim/0", "pim%d", "tün"])
        func aNameTheKernelWouldNotTakeIsRefused(name: String) {
            let error = #expect(throws: PIMError.self) { try TunnelDevice.open(name: name) }
            #expect(error?.message.contains("cannot be the name") == true)
        }

        @Test func nothingIsTakenWhileTheDeviceIsDown() async throws {
            try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                let header = [UInt8](repeating: 0, count: TunnelDevice.headerSize)
                #expect(!header.withUnsafeBytes { head in header.withUnsafeBytes { device.write(head, $0) } })
            }
        }
    }
#endif

@Suite struct AdoptedTunnelTests {
    @Test func withoutTheVariableThereIsNothingToAdopt() throws {
        #expect(try TunnelDevice.adopt(environment: [:]) == nil)
    }

    @Test(arguments: ["", "x", "0", "-1", "99999"])
    func whatIsNoDescriptorIsRefused(text: String) {
        let error = #expect(throws: PIMError.self) { try TunnelDevice.adopt(environment: ["PIM_TUN_FD": text]) }
        #expect(error?.message.contains("PIM_TUN_FD") == true)
    }

    @Test func packetsGoOutOfAnAdoptedDescriptorAsTheyAre() throws {
        var pair: [CInt] = [0, 0]
        #if os(Linux)
            let kind = CInt(SOCK_DGRAM.rawValue)
        #else
            let kind = SOCK_DGRAM
        #endif
        try #require(socketpair(AF_UNIX, kind, 0, &pair) == 0)
        defer { close(pair[1]) }
        let device = try #require(try TunnelDevice.adopt(environment: ["PIM_TUN_FD": "\(pair[0])"]))
        #expect(device.isConfiguredOutside)
        #expect(!device.hasOffload)
        #expect(fcntl(pair[0], F_GETFL) & O_NONBLOCK != 0)
        let packet: [UInt8] = [0x45, 1, 2, 3]
        #expect(packet.withUnsafeBytes { device.write(UnsafeRawBufferPointer(start: nil, count: 0), $0) })
        var received = [UInt8](repeating: 0, count: 16)
        let count = read(pair[1], &received, received.count)
        #if os(Linux)
            #expect(Array(received[..<max(0, count)]) == packet)
        #else
            #expect(Array(received[..<max(0, count)]) == [0, 0, 0, 2] + packet)
        #endif
        device.close()
        #expect(fcntl(pair[0], F_GETFD) == -1)
    }
}

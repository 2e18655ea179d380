import Foundation
import PIMCore
import PIMHost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

#if os(Linux)
    extension TunnelConfiguration {
        /// The configuration tests use: 10.77.3.4 and fd77::1.
        static func example(mtu: UInt32 = 1400) -> TunnelConfiguration {
            TunnelConfiguration(
                ipv4: IPv4Address(rawValue: 0x0a4d_0304), in: .mesh, ipv6: IPv6Address(high: 0xfd77 << 48, low: 1),
                in: .mesh, mtu: mtu)
        }
    }

    extension TunnelDevice {
        /// Writes an IP packet with an empty header in front.
        func send(_ packet: [UInt8]) -> Bool {
            [UInt8](repeating: 0, count: hasOffload ? Self.headerSize : 0).withUnsafeBytes { header in
                packet.withUnsafeBytes { write(header, $0) }
            }
        }

        /// The next packet without its header, or `nil` when none comes within the time.
        func receive(within milliseconds: CInt = 5000) -> [UInt8]? {
            var wish = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wish, 1, milliseconds) == 1 else { return nil }
            var buffer = [UInt8](repeating: 0, count: 70_000)
            let count = read(descriptor, &buffer, buffer.count)
            let header = hasOffload ? Self.headerSize : 0
            return count > header ? Array(buffer[header..<count]) : nil
        }
    }

    /// A network in which one TUN device stands for the uplink, 192.0.2.2 with a default route, and another for the mesh.
    struct TwoTunnels {
        static let elsewhere = IPNetwork.v4(IPv4Address(rawValue: 0xc633_6401), length: 32)  // 198.51.100.1
        static let elsewhereIPv6 = IPNetwork.v6(IPv6Address(high: 0x2001_0db8 << 32, low: 9), length: 128)

        let kernel: Rtnetlink
        let mesh: TunnelDevice
        let meshIndex: UInt32
        let uplink: TunnelDevice
        let uplinkIndex: UInt32

        init() throws {
            kernel = try Rtnetlink()
            mesh = try TunnelDevice.open(name: "pim0")
            _ = try TunnelConfiguration.example().apply(to: mesh, using: kernel)
            meshIndex = try kernel.index(of: "pim0")
            uplink = try TunnelDevice.open(name: "up0")
            uplinkIndex = try kernel.index(of: "up0")
            try kernel.replaceAddress(.v4(IPv4Address(rawValue: 0xc000_0202), length: 24), on: uplinkIndex)
            try kernel.replaceAddress(
                .v6(IPv6Address(high: 0x2001_0db8_0001 << 16, low: 2), length: 64), on: uplinkIndex)
            try kernel.setLink(uplinkIndex, up: true)
            let gateway = IPv4Address(rawValue: 0xc000_0201)
            try kernel.replaceRoute(
                IPRoute(to: .v4(.unspecified, length: 0), interface: uplinkIndex, gateway: gateway))
            try kernel.replaceRoute(IPRoute(to: .v6(.unspecified, length: 0), interface: uplinkIndex))
        }

        /// Where packets of ordinary programs and of the daemon would go.
        func way(to address: IPNetwork, mark: UInt32 = 0) throws -> UInt32? {
            try kernel.lookUp(address, mark: mark)?.interface
        }
    }
#endif

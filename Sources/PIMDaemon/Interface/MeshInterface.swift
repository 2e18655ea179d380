internal import Foundation
internal import PIMCore
internal import PIMHost

/// The interface of this host into the mesh: the TUN device and what it is to be given (`spec/host-network.md` §2).
struct MeshInterface: Sendable {
    let device: TunnelDevice
    let configuration: TunnelConfiguration

    var mtu: Int { Int(configuration.mtu) }

    /// Creates the device, or takes the one a VPN service passed; `nil` when the configuration switches it off.
    ///
    /// - Throws: `PIMError` of category *tun* that says what to do about it.
    static func open(
        _ configuration: PIMConfiguration.Interface, addresses: NodeAddresses
    ) throws -> MeshInterface? {
        guard configuration.enabled else { return nil }
        let device =
            try TunnelDevice.adopt(environment: ProcessInfo.processInfo.environment)
            ?? TunnelDevice.open(name: configuration.name)
        return MeshInterface(
            device: device,
            configuration: TunnelConfiguration(
                ipv4: addresses.ipv4, in: configuration.meshIPv4Prefix, ipv6: addresses.ipv6,
                in: configuration.meshIPv6Prefix, mtu: configuration.mtu))
    }
}

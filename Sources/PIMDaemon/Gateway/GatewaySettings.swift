internal import PIMCore
internal import PIMHost

/// What a gateway is asked to be: `[gateway]`, or what came over the control socket.
struct GatewaySettings: Sendable, Equatable {
    /// The interface that leads out.
    var uplink: String
    var maxConnections: UInt32
    var maxConnectionsPerNode: UInt32
    var egress: EgressPolicy

    init(_ gateway: PIMConfiguration.Gateway) {
        uplink = gateway.natInterface
        maxConnections = gateway.maxConnections
        maxConnectionsPerNode = gateway.maxConnectionsPerNode
        egress = EgressPolicy(allowsPrivate: gateway.allowPrivate)
    }

    /// - Throws: Category `gateway` when a name cannot stand in rules.
    func rules(in mesh: PIMConfiguration.Interface, uplinkIPv6: String?) throws(PIMError) -> GatewayRules {
        let name = try InterfaceName(uplink)
        return GatewayRules(
            interface: try InterfaceName(mesh.name), uplink: name,
            uplinkIPv6: try uplinkIPv6.map { text throws(PIMError) in try InterfaceName(text) } ?? name,
            meshIPv4Prefix: mesh.meshIPv4Prefix, meshIPv6Prefix: mesh.meshIPv6Prefix, maxConnections: maxConnections,
            maxConnectionsPerNode: maxConnectionsPerNode, egress: egress)
    }
}

internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import PIMRPC

extension Daemon {
    /// The gateway this node is or may become.
    func makeGateway(resources: DaemonResources, mesh: Mesh, hold: TrafficHold, events: EventHub) -> Gateway {
        let configuration = configuration
        return Gateway(
            interface: configuration.interface, addresses: mesh.addresses,
            journal: resources.journal, events: events,
            logger: logger("gateway"), hold: hold,
            reachableNodes: { (try? await mesh.state())?.routes.map(\.destination) ?? [] },
            onRoleChange: { isGateway in
                mesh.apply(.setGateway(isGateway))
                let at = RPCTimestamp.now
                let roles = configuration.roles(isGateway: isGateway).map { JSONValue.string($0) }
                events.publish(.status, StatusEvent(.roleChanged, at: at, detail: ["role": .array(roles)]))
            },
            onLoad: { mesh.apply(.setLoad($0)) })
    }
}

extension PIMConfiguration {
    /// What a node of this configuration is to others (`spec/rpc.md` §5.1). A gateway forwards, whatever else is said.
    func roles(isGateway: Bool) -> [String] {
        ["client"] + (relaysForOthers || isGateway ? ["relay"] : []) + (isGateway ? ["gateway"] : [])
    }
}

internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMTransport
internal import PIMWire

extension BeaconRoles {
    /// What a node announces (`spec/config.md` §3.8). A role that this build cannot fulfil is not announced, and a node
    /// that merely would forward is no relay to look for.
    ///
    /// - Parameter isGateway: Whether the node leads out of the mesh now, whatever the file says.
    init(_ configuration: PIMConfiguration, isGateway: Bool) {
        self.init(
            isRelay: configuration.relay.enabled == true || configuration.gateway.enabled || isGateway,
            isGateway: isGateway)
    }
}

extension DiscoveryPolicy {
    init(_ configuration: PIMConfiguration) {
        let discovery = configuration.discovery
        let cleanup = configuration.transport.peerCleanup
        // A century stands for ever.
        let memory = cleanup.isEnabled ? cleanup.effectiveLifetimeSeconds : 3_155_760_000
        self.init(
            connectsRelays: discovery.connectRelays, connectsGateways: discovery.connectGateways,
            isDialable: discovery.announce
                && BeaconRoles(configuration, isGateway: configuration.gateway.enabled).isDialable,
            timeout: .milliseconds(Int64(clamping: discovery.peerTimeoutMilliseconds)),
            maximumAttempts: Int(configuration.transport.maxReconnectAttempts),
            memory: .seconds(Int64(clamping: memory)))
    }
}

extension BeaconSchedule {
    init(_ discovery: PIMConfiguration.Discovery, at time: MonotonicTime) {
        self.init(
            interval: .milliseconds(Int64(clamping: discovery.broadcastIntervalMilliseconds)),
            timeout: .milliseconds(Int64(clamping: discovery.peerTimeoutMilliseconds)), at: time)
    }
}

extension BeaconForm {
    init(_ secret: MeshSecret?) {
        self = secret.map { .sealed($0.discoveryKey) } ?? .clear
    }
}

extension BeaconNetwork {
    /// - Returns: `nil` for an interface without anybody to announce to: switched off, a tunnel, or this machine alone.
    init?(_ interface: NetworkInterface) {
        guard interface.isShared else { return nil }
        self.init(
            name: interface.name, index: interface.index, broadcasts: interface.ipv4.compactMap(\.broadcast),
            hasIPv6: interface.canMulticast && interface.ipv6.contains { $0.high >> 54 == 0xfe80 >> 6 })
        guard !broadcasts.isEmpty || hasIPv6 else { return nil }
    }
}

internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMRPC

extension Gateway {
    /// Looks at what passes, and tells those who listen. Cheap while nobody does.
    func sample() async {
        await mend(retrying: true)
        guard isActive, let settings else { return lastConntrack = nil }
        let flows = tracking.flows(ipv4: interface.meshIPv4Prefix, ipv6: interface.meshIPv6Prefix)
        if let flows {
            if users.hasStrangers(among: flows.keys) { users.learn(await reachableNodes(), in: addresses) }
            tell(of: users.read(flows.keys))
        }
        let conntrack = conntrack(flows, settings)
        lastConntrack = conntrack
        if let conntrack, conntrack.max > 0 {
            onLoad(UInt8(clamping: UInt64(conntrack.used) * 255 / UInt64(conntrack.max)))
        }
        if let conntrack, let level = gauge.read(used: conntrack.used, max: conntrack.max) {
            logger.warning(
                "room for connections gets short", metadata: ["used": "\(conntrack.used)", "max": "\(conntrack.max)"])
            publish(
                .conntrackPressure,
                ["level": .integer(Int64(level))].merging(conntrack.members(prefix: "")) { old, _ in old })
        }
        guard events.isWanted(.gateway) else { return }
        await readCounters()
        guard isActive else { return }
        publish(
            .throughputSample,
            [
                "in_bps": .integer(Int64(clamping: meter.receivedRate)),
                "out_bps": .integer(Int64(clamping: meter.sentRate)),
            ].merging(conntrack?.members(prefix: "conntrack_") ?? [:]) { old, _ in old })
    }

    /// `gateway.status`, as of now.
    func role() async -> GatewayRole {
        await mend()
        guard let settings else { return GatewayRole(active: false, natInterface: nil) }
        guard case .active = phase else {
            var reason: String?
            if case .waiting(let text) = phase { reason = text }
            return GatewayRole(active: false, natInterface: settings.uplink, reason: reason)
        }
        await readCounters()
        let flows = tracking.flows(ipv4: interface.meshIPv4Prefix, ipv6: interface.meshIPv6Prefix)
        if let flows {
            if users.hasStrangers(among: flows.keys) { users.learn(await reachableNodes(), in: addresses) }
            tell(of: users.read(flows.keys))
        }
        // The actor was left meanwhile.
        guard case .active(let uplink, let since) = phase else {
            return GatewayRole(active: false, natInterface: self.settings?.uplink)
        }
        return GatewayRole(
            active: true, natInterface: uplink.name, advertisedRoutes: uplink.routes,
            conntrack: conntrack(flows, settings),
            throughput: .init(
                inBitsPerSecond: meter.receivedRate, outBitsPerSecond: meter.sentRate, inTotalBytes: meter.received,
                outTotalBytes: meter.sent),
            peersThroughMeIDs: flows == nil ? nil : users.ids, peersThroughMe: flows == nil ? nil : users.count,
            enabledAt: RPCTimestamp.milliseconds(unix: Int64(clamping: since)),
            dropped: Dictionary(uniqueKeysWithValues: meter.dropped.map { ($0.key.rawValue, $0.value) }))
    }

    /// Reads the kernel's table into ``meter``; nothing when it cannot be read.
    func readCounters() async {
        guard isActive, let counts = try? await table.counters(), !counts.isEmpty else { return }
        meter.read(counts, at: BootClock.now())
    }

    private func tell(of change: GatewayUsers.Change) {
        for source in change.newSources {
            // People of the mesh know the line by this name (spec/scenarios.md 0.2).
            switch source {
            case .ipv4(let address): logger.debug("NAT44 outbound", metadata: ["source": "\(address)"])
            case .ipv6(let address): logger.info("NAT66 outbound", metadata: ["source": "\(address)"])
            }
        }
        for node in change.added { publish(.peerThroughMeAdded, ["node_id": .string("\(node)")]) }
        for node in change.removed { publish(.peerThroughMeRemoved, ["node_id": .string("\(node)")]) }
    }

    /// Flows of this gateway where the kernel lists them and they are limited, else those of the whole host.
    private func conntrack(_ flows: [FlowSource: Int]?, _ settings: GatewaySettings) -> GatewayRole.Conntrack? {
        if let flows, settings.maxConnections > 0 {
            return .init(
                used: UInt32(clamping: flows.values.reduce(0, +)), max: settings.maxConnections, scope: "gateway")
        }
        return tracking.usage().map { .init(used: $0.used, max: $0.maximum, scope: "host") }
    }
}

extension GatewayRole.Conntrack {
    fileprivate func members(prefix: String) -> [String: JSONValue] {
        ["\(prefix)used": .integer(Int64(used)), "\(prefix)max": .integer(Int64(max))]
    }
}

extension Uplink {
    /// What is reached by it, as prefixes.
    var routes: [String] { (hasIPv4 ? ["0.0.0.0/0"] : []) + (ipv6Interface == nil ? [] : ["::/0"]) }
}

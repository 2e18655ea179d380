internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import PIMRPC

extension DaemonMetrics {
    /// What went through, what did not and why, and everything else that was counted.
    static func traffic(_ traffic: MeshTraffic, _ counters: [MeshCounter: UInt64]) -> [MetricFamily] {
        let prefix = "drop_"
        let isDrop = { (counter: MeshCounter) in
            counter.rawValue.hasPrefix(prefix) || traffic.drops[counter] != nil
        }
        func samples(_ label: String, where isWanted: (MeshCounter) -> Bool) -> [MetricFamily.Sample] {
            counters.filter { isWanted($0.key) }.sorted { $0.key.rawValue < $1.key.rawValue }.map { counter, count in
                let name = counter.rawValue
                let value = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
                return .init(labels: [.init(label, value)], value: .integer(count))
            }
        }
        return [
            MetricFamily(
                "pim_forwarded_packets_total", .counter, "Packets passed on for others.",
                .integer(traffic.forwardedPackets)),
            MetricFamily(
                "pim_forwarded_bytes_total", .counter, "Bytes passed on for others.", .integer(traffic.forwardedBytes)),
            MetricFamily("pim_drops_total", .counter, "What was dropped, by reason.", samples("reason", where: isDrop)),
            MetricFamily(
                "pim_events_total", .counter, "What else happened on the mesh, by its name in `status`.",
                samples("event") { !isDrop($0) }),
        ]
    }

    /// Of every neighbour; of the first ones by NodeID when there are very many.
    static func peers(_ state: MeshState) -> [MetricFamily] {
        let peers = state.peers.sorted { $0.node < $1.node }.prefix(maximumPeers)
        func samples(_ value: (PeerStatus) -> MetricFamily.Value?) -> [MetricFamily.Sample] {
            peers.compactMap { peer in
                value(peer).map { .init(labels: [.init("peer", "\(peer.node)")], value: $0) }
            }
        }
        return [
            MetricFamily(
                "pim_peer_latency_seconds", .gauge, "Smoothed round-trip time of a link, where it is measured.",
                samples { peer in peer.roundTripMilliseconds.map { .number(Double($0) / 1000) } }),
            MetricFamily(
                "pim_peer_last_heard_seconds", .gauge, "Seconds since anything valid came from a neighbour.",
                samples { peer in .number(max(0, peer.lastHeard.duration(to: state.time) / .seconds(1))) }),
            MetricFamily(
                "pim_peer_connected_seconds", .gauge, "Seconds since the session with a neighbour began.",
                samples { peer in .number(max(0, peer.connectedSince.duration(to: state.time) / .seconds(1))) }),
        ]
    }

    /// This node as a gateway; only whether it is one when it is none.
    func gateway() async -> [MetricFamily] {
        let role = await methods.gateway.role()
        let connections = role.conntrack
        let scope = connections.map { [MetricFamily.Label("scope", $0.scope)] } ?? []
        return [
            MetricFamily(
                "pim_gateway_active", .gauge, "Whether packets of the mesh leave by this node.",
                MetricFamily.Value(role.active)),
            MetricFamily(
                "pim_gateway_connections", .gauge, "Tracked connections, through the gateway or of the whole host.",
                connections.map { [.init(labels: scope, value: .integer(UInt64($0.used)))] } ?? []),
            MetricFamily(
                "pim_gateway_connections_max", .gauge, "How many of them there may be.",
                connections.map { [.init(labels: scope, value: .integer(UInt64($0.max)))] } ?? []),
            MetricFamily(
                "pim_gateway_bytes_total", .counter, "Bytes through the gateway; in is from outside into the mesh.",
                role.throughput.map { passed in
                    [
                        .init(labels: [.init("direction", "in")], value: .integer(passed.inTotalBytes)),
                        .init(labels: [.init("direction", "out")], value: .integer(passed.outTotalBytes)),
                    ]
                } ?? []),
            MetricFamily(
                "pim_gateway_nodes", .gauge, "Nodes with connections through the gateway.",
                role.peersThroughMe.map { MetricFamily.Value($0) }),
            MetricFamily(
                "pim_gateway_drops_total", .counter, "Packets the gateway did not let through, by reason.",
                role.dropped.sorted { $0.key < $1.key }.map { reason, count in
                    .init(labels: [.init("reason", reason)], value: .integer(count))
                }),
        ]
    }

    /// Under the names clients of Prometheus use.
    static func process(_ usage: ProcessUsage) -> [MetricFamily] {
        [
            MetricFamily(
                "process_cpu_seconds_total", .counter, "User and system CPU time, in seconds.",
                usage.cpuSeconds.map { .number($0) }),
            MetricFamily(
                "process_resident_memory_bytes", .gauge, "Resident memory.", usage.residentBytes.map { .integer($0) }),
            MetricFamily(
                "process_virtual_memory_bytes", .gauge, "Virtual memory.", usage.virtualBytes.map { .integer($0) }),
            MetricFamily(
                "process_open_fds", .gauge, "Open file descriptors.",
                usage.openDescriptors.map { MetricFamily.Value($0) }),
            MetricFamily(
                "process_max_fds", .gauge, "How many file descriptors may be open.",
                usage.maximumDescriptors.map { .integer($0) }),
            MetricFamily(
                "process_start_time_seconds", .gauge, "When the process began, in Unix time.",
                usage.startSeconds.map { .number($0) }),
        ]
    }

    /// What the host of plugins counts; the names of plugins' own figures are theirs.
    static func help(_ name: String) -> String {
        switch name {
        case "pim_plugin_payloads_handled_total": "Payloads a plugin handled."
        case "pim_plugin_payloads_failed_total": "Payloads a plugin failed to handle."
        case "pim_plugin_payloads_dropped_total": "Payloads that did not reach a plugin, by reason."
        case "pim_plugin_payloads_queued": "Payloads that wait for a plugin."
        case "pim_plugin_stalled": "Whether a plugin does not get on."
        case "pim_plugin_running": "Whether a plugin runs."
        default: "A figure of the plugin itself."
        }
    }
}

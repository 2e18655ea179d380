import PIMCore

extension PIMConfiguration {
    /// Reads the whole file: every section and key this version knows, with a warning for every other one.
    ///
    /// What is missing or wrong is in the report of the reader; the result is only worth something if that has no error.
    init(reading file: TableReader) {
        let node = file.table("node")
        if !file.has("node") {
            file.report.error("node", at: nil, "missing; a file has at least [node] with a name")
        }
        self.init(node: Node(reading: node))
        interface = Interface(reading: file.table("interface"))
        discovery = Discovery(reading: file.table("discovery"))
        mesh = Mesh(reading: file.table("mesh"))
        transport = Transport(reading: file.table("transport"))
        routing = Routing(reading: file.table("routing"))
        gateway = Gateway(reading: file.table("gateway"))
        relay = Relay(reading: file.table("relay"))
        security = Security(reading: file.table("security"))
        wifiDirect = WifiDirect(reading: file.table("wifi_direct"))
        bluetooth = Bluetooth(reading: file.table("bluetooth"))
        bluetoothRFCOMM = BluetoothRFCOMM(reading: file.table("bluetooth_rfcomm"))
        bluetoothCOC = BluetoothCOC(reading: file.table("bluetooth_coc"))
        messaging = Messaging(reading: file.table("messaging"))
        rpc = ControlSocket(reading: file.table("rpc"))
        log = Log(reading: file.table("log"))
        files = Files(reading: file.table("files"))
        metrics = Metrics(reading: file.table("metrics"))
        peers = file.tables("peers").compactMap { Peer(reading: $0) }
        file.note("peers", peers)
        for (name, table) in file.table("plugins").remainingTables() {
            plugins[name] = Plugin(reading: table, name: name)
        }
        file.finish()
    }
}

extension PIMConfiguration.Node {
    init(reading table: TableReader) {
        self.init(name: "")
        if table.isPresent, !table.has("name") {
            table.report.error("node.name", at: table.position, "missing; every node has a name, even an empty one")
        }
        table.read("name", into: &name)
        table.read("data_dir", into: &dataDirectory)
        table.finish()
    }
}

extension PIMConfiguration.ControlSocket {
    init(reading table: TableReader) {
        self.init()
        table.read("group", into: &group)
        table.finish()
    }
}

extension PIMConfiguration.Interface {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.read("name", into: &name)
        table.read("mtu", into: &mtu)
        table.read("mesh_ipv4_prefix", into: &meshIPv4Prefix, parsing: IPv4Prefix.init(parsing:))
        table.read("mesh_ipv6_prefix", into: &meshIPv6Prefix, parsing: IPv6Prefix.init(parsing:))
        table.retire("mesh_ip", "retired, ignored: addresses are derived, see interface.mesh_ipv4_prefix")
        table.retire("mesh_ipv6", "retired, ignored: addresses are derived, see interface.mesh_ipv6_prefix")
        table.finish()
    }
}

extension PIMConfiguration.Discovery {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.read("announce", into: &announce)
        table.read("port", into: &port)
        table.read("broadcast_interval_ms", into: &broadcastIntervalMilliseconds, atLeast: 1)
        table.read("peer_timeout_ms", into: &peerTimeoutMilliseconds, atLeast: 1)
        table.read("connect_relays", into: &connectRelays)
        table.read("connect_gateways", into: &connectGateways)
        table.retire(
            "shared_key",
            """
            RETIRED SECURITY KEY, IGNORED: it no longer keeps anybody out, and unless [mesh] says mode = "private" this \
            node runs in an OPEN mesh; set mesh.mode = "private" and mesh.passphrase instead
            """)
        table.finish()
    }
}

extension PIMConfiguration.Routing {
    init(reading table: TableReader) {
        self.init()
        table.read("max_hops", into: &maxHops, atLeast: 1)
        table.require("algorithm", toBe: "distance-vector")
        table.read("route_expiry_s", into: &routeExpirySeconds, atLeast: 1)
        table.read("dns_servers", into: &dnsServers)
        table.read("dns_mode", into: &dnsMode)
        table.read("kill_switch", into: &killSwitch)
        for server in dnsServers where IPv4Address(server) == nil && IPv6Address(server) == nil {
            table.report.warning(
                "routing.dns_servers", at: table.position(of: "dns_servers"), "“\(server)” is no IP address")
        }
        table.finish()
    }
}

extension PIMConfiguration.Gateway {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.read("nat_interface", into: &natInterface)
        table.read("max_connections", into: &maxConnections)
        table.read("max_connections_per_node", into: &maxConnectionsPerNode)
        table.read("allow_private", into: &allowPrivate)
        table.finish()
    }
}

extension PIMConfiguration.Relay {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.finish()
    }
}

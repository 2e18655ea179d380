import PIMCore

extension PIMConfiguration.Transport {
    init(reading table: TableReader) {
        self.init()
        table.require("type", toBe: "tcp")
        table.read("listen_port", into: &listenPort)
        table.read("max_reconnect_attempts", into: &maxReconnectAttempts)
        table.read("connect_timeout_ms", into: &connectTimeoutMilliseconds, atLeast: 1)
        peerCleanup.read(table.table("peer_cleanup"))
        table.finish()
    }
}

extension PIMConfiguration.WifiDirect {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.read("interface", into: &interface)
        table.read("go_intent", into: &goIntent)
        table.read("listen_channel", into: &listenChannel)
        table.read("op_channel", into: &operatingChannel)
        table.read("connect_method", into: &connectMethod)
        peerCleanup.read(table.table("peer_cleanup"))
        table.finish()
    }
}

extension PIMConfiguration.Bluetooth {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.read("interface", into: &interface)
        table.read("radio_discovery_enabled", into: &radioDiscoveryEnabled)
        table.read("device_name_prefix", into: &deviceNamePrefix)
        table.read("local_alias", into: &localAlias)
        table.read("connect_pan", into: &connectPAN)
        table.read("serve_nap", into: &serveNAP)
        table.read("nap_bridge", into: &napBridge)
        table.read("nap_bridge_addr", into: &napBridgeAddress)
        table.read("dhcp_enabled", into: &dhcpEnabled)
        table.read("dhcp_range", into: &dhcpRange)
        table.read("dhcp_lease_time", into: &dhcpLeaseTime)
        table.read("dhcp_dns", into: &dhcpDNS)
        table.read("request_dhcp", into: &requestDHCP)
        table.read("auto_discover_peers", into: &autoDiscoverPeers)
        table.read("poll_interval_ms", into: &pollIntervalMilliseconds, atLeast: 1)
        table.read("scan_interval_ms", into: &scanIntervalMilliseconds, atLeast: 1)
        table.read("peer_discovery_interval_ms", into: &peerDiscoveryIntervalMilliseconds, atLeast: 1)
        table.read("bluetoothctl_timeout_s", into: &bluetoothctlTimeoutSeconds, atLeast: 1)
        table.read("discoverable_timeout_s", into: &discoverableTimeoutSeconds)
        table.read("startup_timeout_ms", into: &startupTimeoutMilliseconds, atLeast: 1)
        peerCleanup.read(table.table("peer_cleanup"))
        table.finish()
    }
}

extension PIMConfiguration.BluetoothRFCOMM {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.read("channel", into: &channel)
        table.read("device_name_prefix", into: &deviceNamePrefix)
        table.read("outbound_enabled", into: &outboundEnabled)
        table.read("poll_interval_ms", into: &pollIntervalMilliseconds, atLeast: 1)
        table.read("bridge_to_tcp", into: &bridgeToTCP)
        peerCleanup.read(table.table("peer_cleanup"))
        for (old, new) in [
            ("peer_cleanup_enabled", "enabled"), ("max_unreachable_lifetime_s", "max_unreachable_lifetime_s"),
            ("cleanup_interval_s", "cleanup_interval_s"),
        ] {
            table.retire(old, "retired, ignored: use \(new) in [bluetooth_rfcomm.peer_cleanup]")
        }
        table.finish()
    }
}

extension PIMConfiguration.BluetoothCOC {
    init(reading table: TableReader) {
        self.init()
        table.read("enabled", into: &enabled)
        table.read("psm", into: &psm)
        table.read("device_name_prefix", into: &deviceNamePrefix)
        table.read("outbound_enabled", into: &outboundEnabled)
        table.read("poll_interval_ms", into: &pollIntervalMilliseconds, atLeast: 1)
        table.read("bridge_to_tcp", into: &bridgeToTCP)
        table.read("discovery_enabled", into: &discoveryEnabled)
        table.read("inquiry_interval_ms", into: &inquiryIntervalMilliseconds, atLeast: 1)
        table.read("peer_bdaddr_type", into: &peerAddressType)
        table.finish()
    }
}

extension PeerCleanup {
    /// Takes over what the table says; what it does not say stays as the owner has it (`spec/config.md` §11.9).
    mutating func read(_ table: TableReader) {
        table.read("enabled", into: &isEnabled)
        table.read("max_unreachable_lifetime_s", into: &maxUnreachableLifetimeSeconds)
        table.read("cleanup_interval_s", into: &cleanupIntervalSeconds)
        table.finish()
    }
}

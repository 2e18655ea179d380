import PIMCore

/// The sections of the radio transports.
extension ConfigurationTemplate {
    #if os(macOS)
        private static let wifi = "en0"
    #else
        private static let wifi = "wlan0"
    #endif

    var bluetooth: String {
        """
        [bluetooth]
        # Links over Bluetooth networks (PAN).
        enabled = false
        # The interface such a network appears as.
        interface = "\(PIMConfiguration.Bluetooth.defaultInterface)"
        # Scan and pair.
        radio_discovery_enabled = true
        # Nodes are recognized by device names that begin with this.
        device_name_prefix = "PIM-"
        # The name of this device.
        local_alias = \(TOMLLiteral.quoted("PIM-" + name))
        # Join networks of other nodes.
        connect_pan = true
        # Offer a network to other nodes, on this bridge with this address.
        serve_nap = false
        nap_bridge = "br-bt"
        nap_bridge_addr = "192.168.44.1/24"
        # Give addresses to those who join.
        dhcp_enabled = true
        #dhcp_range = "192.168.44.10,192.168.44.200"
        dhcp_lease_time = "12h"
        #dhcp_dns = "1.1.1.1,8.8.8.8"
        # Ask for an address when joining.
        request_dhcp = true
        # Connect to nodes seen in the network.
        auto_discover_peers = true
        poll_interval_ms = 2000
        scan_interval_ms = 5000
        peer_discovery_interval_ms = 2000
        bluetoothctl_timeout_s = 15
        discoverable_timeout_s = 180
        startup_timeout_ms = 15000
        # When the pairing of an absent device is removed.
        #[bluetooth.peer_cleanup]
        #enabled = true
        #max_unreachable_lifetime_s = 7200
        #cleanup_interval_s = 3600
        """
    }

    static let bluetoothRFCOMM = """
        [bluetooth_rfcomm]
        # Links over Bluetooth serial channels.
        enabled = false
        channel = 22
        device_name_prefix = "PIM-"
        # Dial paired devices, not only accept them.
        outbound_enabled = true
        poll_interval_ms = 30000
        # Hand the channels to the TCP listener.
        bridge_to_tcp = true
        # When the pairing of an absent device is removed.
        #[bluetooth_rfcomm.peer_cleanup]
        #enabled = true
        #max_unreachable_lifetime_s = 7200
        #cleanup_interval_s = 3600
        """

    static let bluetoothCOC = """
        [bluetooth_coc]
        # Links over Bluetooth LE channels.
        enabled = true
        # 0x0080 to 0x00FF.
        psm = 0x0083
        device_name_prefix = "PIM-"
        outbound_enabled = true
        poll_interval_ms = 30000
        bridge_to_tcp = true
        discovery_enabled = false
        inquiry_interval_ms = 60000
        # 1 LE public, 2 LE random.
        peer_bdaddr_type = 1
        """

    var wifiDirect: String {
        """
        [wifi_direct]
        # Links over Wi-Fi Direct.
        enabled = false
        interface = "\(Self.wifi)"
        # 0 to 15: how much this node wants to lead the group.
        go_intent = 7
        listen_channel = 6
        op_channel = 6
        # "pbc", or "pin:" and eight digits.
        connect_method = "pbc"
        # When an absent device is forgotten.
        #[wifi_direct.peer_cleanup]
        #enabled = true
        #max_unreachable_lifetime_s = 7200
        #cleanup_interval_s = 3600
        """
    }
}

extension ConfigurationTemplate {
    /// The file's content.
    public var text: String {
        [
            header, node, interface, Self.discovery, Self.mesh, Self.transport, Self.routing, gateway, relay,
            Self.security, bluetooth, Self.bluetoothRFCOMM, Self.bluetoothCOC, wifiDirect, Self.messaging, Self.plugins,
            Self.rpc, Self.log, Self.files, Self.metrics,
            peers,
        ].joined(separator: "\n\n") + "\n"
    }

    #if os(macOS)
        // The low utun numbers are usually taken by the system.
        private static let interfaceName = "utun9"
        private static let uplink = "en0"
    #else
        private static let interfaceName = "pim0"
        private static let uplink = "eth0"
    #endif

    private var header: String {
        """
        # Configuration of a node of a Proximity Internet Mesh.
        # Roles: \(roles.map(\.rawValue).joined(separator: ", "))
        #
        # Put it at /etc/pim/pim.toml and start the daemon with: pim up
        # Check a changed file with: pim config check
        #
        # A # directly before a key marks an example; remove it to use the key.
        """
    }

    private var node: String {
        """
        [node]
        # The name other people see.
        name = \(TOMLLiteral.quoted(name))
        # Where the daemon keeps its databases.
        data_dir = "/var/lib/pim"
        """
    }

    private var interface: String {
        """
        [interface]
        # Whether to create the interface, which takes root or CAP_NET_ADMIN; without it messages and plugins work, IP
        # traffic does not.
        enabled = true
        # On macOS the name is utun and a number.
        name = "\(Self.interfaceName)"
        # The networks mesh addresses are taken from: the same on every node.
        mesh_ipv4_prefix = "10.77.0.0/16"
        mesh_ipv6_prefix = "fd77::/64"
        # Bytes per packet: the same on every node.
        mtu = 1400
        """
    }

    private static let discovery = """
        [discovery]
        # Finds nodes on the local network.
        enabled = true
        # Whether this node is found by others; false only listens.
        announce = true
        # UDP port of the advertisements.
        port = 9101
        # How often this node advertises itself.
        broadcast_interval_ms = 5000
        # How long a node that fell silent is remembered.
        peer_timeout_ms = 30000
        # Which nodes to connect to without being told.
        connect_relays = true
        connect_gateways = true
        """

    static let rpc = """
        #[rpc]
        # Members of this group may use the daemon's control socket, like its own user and root.
        #group = "pim"
        """

    private static let mesh = """
        [mesh]
        # "open" admits everybody, "private" those who know the passphrase.
        mode = "open"
        # The secret of a private mesh; keep this file at mode 0600 then.
        #passphrase = "words that nobody else would think of"
        # Or the secret in a file of its own, instead of passphrase.
        #passphrase_file = "/etc/pim/passphrase"
        # A label that is part of the key: the same on every node of a private mesh.
        #mesh_id = "my-mesh"
        # The cost of guessing the passphrase: the same on every node.
        #[mesh.kdf]
        #m_cost_kib = 65536
        #t_cost = 3
        #p_cost = 1
        """

    private static let transport = """
        [transport]
        # There is no other type.
        type = "tcp"
        # Where other nodes connect to; 0 takes any free port.
        listen_port = 9100
        # When to give up on a node that discovery found.
        max_reconnect_attempts = 20
        # How long one attempt may take.
        connect_timeout_ms = 3000
        # When such a node is forgotten.
        #[transport.peer_cleanup]
        #enabled = true
        #max_unreachable_lifetime_s = 604800
        #cleanup_interval_s = 3600
        """

    private static let routing = """
        [routing]
        # Longer routes are not used.
        max_hops = 10
        # There is no other algorithm.
        algorithm = "distance-vector"
        # Routes nobody confirms are dropped after this many seconds.
        route_expiry_s = 300
        # Resolvers to use while the default route points into the mesh; [] leaves name resolution alone.
        dns_servers = ["1.1.1.1", "1.0.0.1", "8.8.8.8"]
        # How the system is told: "auto", "resolvectl", "resolv_conf" or "off".
        #dns_mode = "auto"
        # Whether traffic is held back, instead of leaving by the uplink, while no gateway is known.
        #kill_switch = false
        """

    private var gateway: String {
        let mark = roles.contains(.gateway) ? "" : "#"
        return """
            # Lets other nodes reach the internet through this one.
            \(mark)[gateway]
            \(mark)enabled = true
            # The interface that leads out.
            \(mark)nat_interface = "\(Self.uplink)"
            # How many connections may run through it at a time.
            \(mark)max_connections = 200
            # How many of them one node may have; 0 for all.
            \(mark)max_connections_per_node = 0
            # Whether others may reach private networks behind it (192.168.0.0/16 and so on), not only the internet.
            \(mark)allow_private = false
            """
    }

    private var relay: String {
        let remark =
            roles.contains(.gateway)
            ? "\n# This node is a gateway, and a gateway forwards for others whatever it says here." : ""
        return """
            [relay]
            # true forwards for other nodes and tells them so. false does not forward for them at all; without the key
            # the node forwards without advertising it.\(remark)
            enabled = \(roles.contains(.relay))
            """
    }

    private static let security = """
        [security]
        # The node's identity. Whoever has this file is this node.
        key_file = "/var/lib/pim/node.key"
        # There is no mesh without encryption.
        require_encryption = true
        # "allow_all", "allow_list" (only authorized_peers) or "trust_on_first_use" (everybody, and remembered).
        authorization_policy = "allow_all"
        #authorized_peers = ["00112233445566778899aabbccddeeff"]
        # Where trust_on_first_use remembers.
        trust_store_file = "/var/lib/pim/trusted-peers.toml"
        # "refuse" admits only nodes that seal everything on a link.
        #reference_peers = "allow"
        """

    private static let messaging = """
        # How this node's name and key reach those who are more than one hop away.
        #[messaging.broadcast]
        # Send them to everybody this often, 30 at least; without the key only to nodes that are new.
        #outgoing_interval_s = 300
        # Report what other nodes send.
        #watch_incoming = true
        # Ignore a node that sends more often than this.
        #min_peer_interval_s = 60
        # When a node is dropped from the bookkeeping of that.
        #[messaging.broadcast.peer_cleanup]
        #enabled = true
        #max_unreachable_lifetime_s = 604800
        #cleanup_interval_s = 3600
        # When the identity of a node not seen for long is forgotten; messages stay.
        #[messaging.peer_cleanup]
        #enabled = true
        #max_unreachable_lifetime_s = 7776000
        #cleanup_interval_s = 86400
        """

    private static let plugins = """
        # Every plugin of the daemon has a section of its own name.
        #[plugins.messaging]
        #enabled = true
        # Whether the daemon refuses to run when the plugin does not start.
        #required = true
        """
}

import PIMCore
import Testing

@testable import PIMDaemon

/// The complete files of `spec/config.md` §8.
@Suite struct ConfigurationExamplesTests {
    @Test func clientExampleLoads() throws {
        let loaded = try ConfigurationText.load(
            """
            [node]
            name = "field-laptop"

            [interface]
            name = "pim0"                 # on macOS choose a utun name
            mtu = 1400                    # same on every node

            [discovery]
            enabled = true                # find relays and gateways on the local network
            connect_relays = true
            connect_gateways = true

            [routing]
            dns_servers = ["9.9.9.9", "149.112.112.112"]

            [security]
            key_file = "/var/lib/pim/node.key"
            authorization_policy = "trust_on_first_use"
            trust_store_file = "/var/lib/pim/trusted-peers.toml"

            [messaging.broadcast]
            outgoing_interval_s = 300
            watch_incoming = true
            min_peer_interval_s = 60

            [[peers]]                     # optional: a relay that discovery cannot see
            label = "hill-relay"
            mechanism = "tcp"
            address = "198.51.100.20:9100"
            """)
        let configuration = loaded.configuration
        #expect(configuration.node.name == "field-laptop")
        #expect(configuration.routing.dnsServers == ["9.9.9.9", "149.112.112.112"])
        #expect(configuration.security.authorizationPolicy == .trustOnFirstUse)
        #expect(configuration.messaging.broadcast.outgoingIntervalSeconds == 300)
        #expect(configuration.relay.enabled == nil)
        #expect(configuration.relaysForOthers)
        #expect(
            configuration.peers
                == [PIMConfiguration.Peer(label: "hill-relay", target: .tcp(address: "198.51.100.20:9100"))])
        #expect(loaded.warnings.isEmpty)
    }

    @Test func relayExampleLoads() throws {
        let configuration = try ConfigurationText.load(
            """
            [node]
            name = "hill-relay"

            [relay]
            enabled = true

            [transport]
            listen_port = 9100
            connect_timeout_ms = 5000
            max_reconnect_attempts = 100

            [transport.peer_cleanup]      # all three keys are needed once the table exists
            enabled = true
            max_unreachable_lifetime_s = 259200
            cleanup_interval_s = 3600

            [security]
            key_file = "/var/lib/pim/node.key"

            [bluetooth_rfcomm]            # accept paired phones without an IP network (Linux)
            enabled = true
            channel = 22
            outbound_enabled = false

            [[peers]]
            label = "gateway-1"
            mechanism = "tcp"
            address = "gw1.example.net:9100"

            [[peers]]
            label = "gateway-2"
            mechanism = "tcp"
            address = "[2001:db8::2]:9100"
            """
        ).configuration
        #expect(configuration.relay.enabled == true)
        #expect(configuration.transport.connectTimeoutMilliseconds == 5000)
        #expect(configuration.transport.maxReconnectAttempts == 100)
        #expect(
            configuration.transport.peerCleanup
                == PeerCleanup(maxUnreachableLifetimeSeconds: 259_200, cleanupIntervalSeconds: 3600))
        #expect(configuration.bluetoothRFCOMM.enabled)
        #expect(!configuration.bluetoothRFCOMM.outboundEnabled)
        #expect(configuration.peers.map(\.label) == ["gateway-1", "gateway-2"])
        #expect(configuration.peers.last?.target == .tcp(address: "[2001:db8::2]:9100"))
    }

    @Test func gatewayExampleLoads() throws {
        let loaded = try ConfigurationText.load(
            """
            [node]
            name = "gw1"

            [gateway]
            enabled = true
            nat_interface = "wan0"
            max_connections = 400

            [discovery]
            broadcast_interval_ms = 3000

            [security]
            key_file = "/var/lib/pim/node.key"
            authorization_policy = "allow_list"
            authorized_peers = [
              "56475aa75463474c0285df5dbf2bcab7",
              "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            ]

            [bluetooth]
            enabled = true
            connect_pan = false
            serve_nap = true
            nap_bridge = "br-bt"
            nap_bridge_addr = "192.168.44.1/24"
            dhcp_range = "192.168.44.50,192.168.44.150"
            dhcp_lease_time = "2h"

            [bluetooth.peer_cleanup]
            enabled = false
            max_unreachable_lifetime_s = 7200
            cleanup_interval_s = 3600

            [[peers]]
            label = "tablet"
            mechanism = "bluetooth"       # requires bluetooth.enabled = true
            ip = "192.168.44.60"
            """)
        let configuration = loaded.configuration
        #expect(configuration.gateway.natInterface == "wan0")
        #expect(configuration.gateway.maxConnections == 400)
        #expect(
            configuration.security.authorizedPeers.map(\.description)
                == ["56475aa75463474c0285df5dbf2bcab7", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"])
        #expect(configuration.bluetooth.dhcpRange == "192.168.44.50,192.168.44.150")
        #expect(!configuration.bluetooth.peerCleanup.isEnabled)
        #expect(configuration.peers.map(\.target) == [.bluetooth(ip: "192.168.44.60")])
        #expect(
            loaded.warnings.map(\.message)
                == ["not available in this build, though the file asks for it: bluetooth"])
    }

    @Test func privateMeshExampleLoads() throws {
        let configuration = try ConfigurationText.load(
            """
            [node]
            name = "clinic-3"

            [interface]
            mesh_ipv4_prefix = "10.90.0.0/16"
            mesh_ipv6_prefix = "fd90:1::/64"

            [mesh]
            mode = "private"
            passphrase = "seven quiet herons cross the estuary"
            mesh_id = "clinics-north"     # part of the key: renaming it means another mesh

            [mesh.kdf]
            m_cost_kib = 65536
            t_cost = 3
            p_cost = 1

            [relay]
            enabled = true

            [security]
            key_file = "/var/lib/pim/node.key"

            [messaging.peer_cleanup]
            enabled = true
            max_unreachable_lifetime_s = 15552000
            cleanup_interval_s = 86400
            """
        ).configuration
        #expect(configuration.interface.meshIPv4Prefix.description == "10.90.0.0/16")
        #expect(configuration.interface.meshIPv6Prefix.description == "fd90:1::/64")
        #expect(configuration.mesh.mode == .private)
        #expect(configuration.mesh.passphrase?.secret == "seven quiet herons cross the estuary")
        #expect(configuration.mesh.meshID == "clinics-north")
        #expect(configuration.messaging.peerCleanup.maxUnreachableLifetimeSeconds == 15_552_000)
    }
}

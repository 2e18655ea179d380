public import PIMCore

/// The debug file and the result of `debug.snapshot` (`spec/cli.md` §7.3). Every member is always there.
public struct DebugSnapshot: Codable, Sendable, Hashable {
    public static let version = 1

    public var version: Int
    public var generatedAtUnixSeconds: UInt64
    public var node: Node
    public var stats: DebugStatistics
    /// By short id, as the other lists unless they say otherwise.
    public var peers: [Peer]
    public var discoveredPeers: [Discovered]
    public var routes: [Route]
    /// The selected one first, then by score.
    public var gateways: [Gateway]

    public init(
        generatedAtUnixSeconds: UInt64, node: Node, stats: DebugStatistics, peers: [Peer],
        discoveredPeers: [Discovered], routes: [Route], gateways: [Gateway]
    ) {
        self.version = Self.version
        self.generatedAtUnixSeconds = generatedAtUnixSeconds
        self.node = node
        self.stats = stats
        self.peers = peers
        self.discoveredPeers = discoveredPeers
        self.routes = routes
        self.gateways = gateways
    }

    enum CodingKeys: String, CodingKey {
        case version, node, stats, peers, routes, gateways
        case generatedAtUnixSeconds = "generated_at_unix_secs"
        case discoveredPeers = "discovered_peers"
    }

    public struct Node: Codable, Sendable, Hashable {
        public var name: String
        public var nodeID: NodeID
        public var shortID: String
        public var isGateway: Bool
        public var meshIP: String
        public var meshPrefixLength: UInt8

        public init(name: String, nodeID: NodeID, isGateway: Bool, meshIP: String, meshPrefixLength: UInt8) {
            self.name = name
            self.nodeID = nodeID
            self.shortID = nodeID.shortDescription
            self.isGateway = isGateway
            self.meshIP = meshIP
            self.meshPrefixLength = meshPrefixLength
        }

        enum CodingKeys: String, CodingKey {
            case name
            case nodeID = "node_id"
            case shortID = "short_id"
            case isGateway = "is_gateway"
            case meshIP = "mesh_ip"
            case meshPrefixLength = "mesh_prefix_len"
        }
    }

    /// A live session.
    public struct Peer: Codable, Sendable, Hashable {
        public var nodeID: NodeID
        public var shortID: String
        @ExplicitNull public var address: String?
        /// `tcp`.
        @ExplicitNull public var mechanism: String?
        public var direct: Bool
        public var configured: Bool
        public var discovered: Bool
        @ExplicitNull public var lastHeartbeatAgeMilliseconds: UInt64?

        public init(
            nodeID: NodeID, address: String?, mechanism: String?, direct: Bool, configured: Bool, discovered: Bool,
            lastHeartbeatAgeMilliseconds: UInt64?
        ) {
            self.nodeID = nodeID
            self.shortID = nodeID.shortDescription
            self.address = address
            self.mechanism = mechanism
            self.direct = direct
            self.configured = configured
            self.discovered = discovered
            self.lastHeartbeatAgeMilliseconds = lastHeartbeatAgeMilliseconds
        }

        enum CodingKeys: String, CodingKey {
            case mechanism, direct, configured, discovered
            case nodeID = "node_id"
            case shortID = "short_id"
            case address = "addr"
            case lastHeartbeatAgeMilliseconds = "last_heartbeat_age_ms"
        }
    }

    /// A node that announces itself nearby.
    public struct Discovered: Codable, Sendable, Hashable {
        public var nodeID: NodeID
        public var shortID: String
        public var address: String
        public var isClient: Bool
        public var isRelay: Bool
        public var isGateway: Bool
        public var lastSeenAgeMilliseconds: UInt64

        public init(
            nodeID: NodeID, address: String, isClient: Bool, isRelay: Bool, isGateway: Bool,
            lastSeenAgeMilliseconds: UInt64
        ) {
            self.nodeID = nodeID
            self.shortID = nodeID.shortDescription
            self.address = address
            self.isClient = isClient
            self.isRelay = isRelay
            self.isGateway = isGateway
            self.lastSeenAgeMilliseconds = lastSeenAgeMilliseconds
        }

        enum CodingKeys: String, CodingKey {
            case nodeID = "node_id"
            case shortID = "short_id"
            case address = "addr"
            case isClient = "is_client"
            case isRelay = "is_relay"
            case isGateway = "is_gateway"
            case lastSeenAgeMilliseconds = "last_seen_age_ms"
        }
    }

    public struct Route: Codable, Sendable, Hashable {
        public var destinationID: NodeID
        public var destinationShortID: String
        public var nextHopID: NodeID
        public var nextHopShortID: String
        public var learnedFromID: NodeID
        public var learnedFromShortID: String
        public var hops: UInt8
        public var isGateway: Bool
        public var gatewayLoad: UInt8
        @ExplicitNull public var roundTripMilliseconds: UInt32?
        @ExplicitNull public var meshIP: String?
        public var ageMilliseconds: UInt64
        public var nextHopBlacklisted: Bool

        public init(
            destination: NodeID, nextHop: NodeID, learnedFrom: NodeID, hops: UInt8, isGateway: Bool,
            gatewayLoad: UInt8, roundTripMilliseconds: UInt32?, meshIP: String?, ageMilliseconds: UInt64,
            nextHopBlacklisted: Bool
        ) {
            self.destinationID = destination
            self.destinationShortID = destination.shortDescription
            self.nextHopID = nextHop
            self.nextHopShortID = nextHop.shortDescription
            self.learnedFromID = learnedFrom
            self.learnedFromShortID = learnedFrom.shortDescription
            self.hops = hops
            self.isGateway = isGateway
            self.gatewayLoad = gatewayLoad
            self.roundTripMilliseconds = roundTripMilliseconds
            self.meshIP = meshIP
            self.ageMilliseconds = ageMilliseconds
            self.nextHopBlacklisted = nextHopBlacklisted
        }

        enum CodingKeys: String, CodingKey {
            case hops
            case destinationID = "destination_id"
            case destinationShortID = "destination_short_id"
            case nextHopID = "next_hop_id"
            case nextHopShortID = "next_hop_short_id"
            case learnedFromID = "learned_from_id"
            case learnedFromShortID = "learned_from_short_id"
            case isGateway = "is_gateway"
            case gatewayLoad = "gateway_load"
            case roundTripMilliseconds = "rtt_ms"
            case meshIP = "mesh_ip"
            case ageMilliseconds = "age_ms"
            case nextHopBlacklisted = "next_hop_blacklisted"
        }
    }

    public struct Gateway: Codable, Sendable, Hashable {
        public var nodeID: NodeID
        public var shortID: String
        public var nextHopID: NodeID
        public var nextHopShortID: String
        public var hops: UInt8
        public var gatewayLoad: UInt8
        @ExplicitNull public var roundTripMilliseconds: UInt32?
        public var score: UInt32
        public var selected: Bool
        @ExplicitNull public var meshIP: String?

        public init(
            nodeID: NodeID, nextHop: NodeID, hops: UInt8, gatewayLoad: UInt8, roundTripMilliseconds: UInt32?,
            score: UInt32, selected: Bool, meshIP: String?
        ) {
            self.nodeID = nodeID
            self.shortID = nodeID.shortDescription
            self.nextHopID = nextHop
            self.nextHopShortID = nextHop.shortDescription
            self.hops = hops
            self.gatewayLoad = gatewayLoad
            self.roundTripMilliseconds = roundTripMilliseconds
            self.score = score
            self.selected = selected
            self.meshIP = meshIP
        }

        enum CodingKeys: String, CodingKey {
            case hops, score, selected
            case nodeID = "node_id"
            case shortID = "short_id"
            case nextHopID = "next_hop_id"
            case nextHopShortID = "next_hop_short_id"
            case gatewayLoad = "gateway_load"
            case roundTripMilliseconds = "rtt_ms"
            case meshIP = "mesh_ip"
        }
    }
}

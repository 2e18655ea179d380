public import PIMCore

/// Parameters of `peers.pair` (`spec/rpc.md` §5.2): an address, or a node that is discovered or configured already.
public struct PairPeerParameters: Codable, Sendable, Hashable {
    public struct Trust: RawRepresentable, OpenWord, Codable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A link now; nothing is remembered.
        public static let once = Trust(rawValue: "once")
        /// Also: the peer goes into the configuration, bound to the node that answered, and past the authorization policy.
        public static let persist = Trust(rawValue: "persist")

        public static let knownWords: [Trust] = [.once, .persist]
    }

    public var nodeID: NodeID?
    /// `host:port`.
    public var address: String?
    /// `tcp`, the default.
    public var mechanism: String?
    public var trust: Trust?
    public var label: String?

    public init(
        nodeID: NodeID? = nil, address: String? = nil, mechanism: String? = nil, trust: Trust? = nil,
        label: String? = nil
    ) {
        self.nodeID = nodeID
        self.address = address
        self.mechanism = mechanism
        self.trust = trust
        self.label = label
    }

    enum CodingKeys: String, CodingKey {
        case address, mechanism, trust, label
        case nodeID = "node_id"
    }
}

/// Parameters of `peers.connect_dynamic` (`spec/rpc.md` §5.2).
public struct ConnectPeerParameters: Codable, Sendable, Hashable {
    /// Who has to answer.
    public var nodeID: NodeID
    /// Numeric `ip:port`.
    public var address: String

    public init(nodeID: NodeID, address: String) {
        self.nodeID = nodeID
        self.address = address
    }

    enum CodingKeys: String, CodingKey {
        case address
        case nodeID = "node_id"
    }
}

/// The result of `peers.connect_dynamic`.
public struct ConnectPeerResult: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    public var address: String
    /// `connected` once the node has proven itself; `connecting` when the handshake is not over after some seconds.
    public var status: String

    public init(nodeID: NodeID, address: String, status: String) {
        self.nodeID = nodeID
        self.address = address
        self.status = status
    }

    enum CodingKeys: String, CodingKey {
        case address, status
        case nodeID = "node_id"
    }
}

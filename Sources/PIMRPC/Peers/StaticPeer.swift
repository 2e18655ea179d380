public import PIMCore

/// Parameters of `peers.add_static` (`spec/rpc.md` §5.2).
public struct AddStaticPeerParameters: Codable, Sendable, Hashable {
    /// `host:port`; an IPv6 address in brackets.
    public var address: String
    /// `tcp`, the default; what this build lacks is refused.
    public var mechanism: String?
    public var label: String?
    /// Ours: who has to answer there.
    public var nodeID: NodeID?

    public init(address: String, mechanism: String? = nil, label: String? = nil, nodeID: NodeID? = nil) {
        self.address = address
        self.mechanism = mechanism
        self.label = label
        self.nodeID = nodeID
    }

    enum CodingKeys: String, CodingKey {
        case address, mechanism, label
        case nodeID = "node_id"
    }
}

/// The result of `peers.add_static`: the peer is in the configuration file and is being dialled.
public struct AddStaticPeerResult: Codable, Sendable, Hashable {
    /// Who answers there, if that was said or is known.
    @ExplicitNull public var nodeID: NodeID?
    /// For `peers.remove`: `entry-<mechanism>-<address>`.
    public var configEntryID: String
    @ExplicitNull public var label: String?

    public init(nodeID: NodeID?, configEntryID: String, label: String?) {
        self.nodeID = nodeID
        self.configEntryID = configEntryID
        self.label = label
    }

    enum CodingKeys: String, CodingKey {
        case nodeID = "node_id"
        case configEntryID = "config_entry_id"
        case label = "_label"
    }
}

/// Parameters of `peers.remove`: at least one of them.
public struct RemovePeerParameters: Codable, Sendable, Hashable {
    public var nodeID: NodeID?
    public var configEntryID: String?

    public init(nodeID: NodeID? = nil, configEntryID: String? = nil) {
        self.nodeID = nodeID
        self.configEntryID = configEntryID
    }

    enum CodingKeys: String, CodingKey {
        case nodeID = "node_id"
        case configEntryID = "config_entry_id"
    }
}

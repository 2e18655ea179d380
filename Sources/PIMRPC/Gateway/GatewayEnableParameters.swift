/// Parameters of `gateway.enable`.
public struct GatewayEnableParameters: Codable, Sendable, Hashable {
    /// The interface that leads out.
    public var natInterface: String
    /// Left as configured when absent.
    public var maxConnections: UInt32?
    /// Whether the configuration file is to say so too, for the next start; it is unless this is `false`.
    public var persist: Bool?

    public init(natInterface: String, maxConnections: UInt32? = nil, persist: Bool? = nil) {
        self.natInterface = natInterface
        self.maxConnections = maxConnections
        self.persist = persist
    }

    enum CodingKeys: String, CodingKey {
        case persist
        case natInterface = "nat_interface"
        case maxConnections = "max_connections"
    }
}

/// Parameters of `gateway.disable`; none are needed.
public struct GatewayDisableParameters: Codable, Sendable, Hashable {
    /// As in ``GatewayEnableParameters``.
    public var persist: Bool?

    public init(persist: Bool? = nil) {
        self.persist = persist
    }

    public init(from decoder: any Decoder) throws {
        // Clients of old send anything here.
        persist = try? decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Bool.self, forKey: .persist)
    }
}

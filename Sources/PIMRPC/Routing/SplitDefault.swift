public import PIMCore

/// Parameters of `route.set_split_default` (`spec/rpc.md` §5.3).
public struct SetSplitDefaultParameters: Codable, Sendable, Hashable {
    /// Whether this machine's default route leads into the mesh; `false` when left out.
    public var on: Bool?

    public init(on: Bool?) {
        self.on = on
    }
}

/// The result of `route.set_split_default`, once it is done.
public struct SetSplitDefaultResult: Codable, Sendable, Hashable {
    public var on: Bool
    /// Always null; `route.status` has the gateway.
    @ExplicitNull public var viaGatewayID: NodeID?

    public init(on: Bool) {
        self.on = on
        viaGatewayID = nil
    }

    enum CodingKeys: String, CodingKey {
        case on
        case viaGatewayID = "via_gateway_id"
    }
}

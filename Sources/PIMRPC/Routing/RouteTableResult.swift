/// The result of `route.table` (`spec/rpc.md` §5.3).
public struct RouteTableResult: Codable, Sendable, Hashable {
    public var routes: [RouteRow]
    public var gateways: [GatewayRow]

    public init(routes: [RouteRow], gateways: [GatewayRow]) {
        self.routes = routes
        self.gateways = gateways
    }
}

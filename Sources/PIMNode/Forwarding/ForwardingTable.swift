public import PIMCore

/// What the data plane needs to know about the mesh: an immutable snapshot, published by the control plane whenever it
/// changes (`design/architecture.md` §2).
public struct ForwardingTable: Sendable, Hashable {
    public struct Route: Sendable, Hashable {
        /// The link to the next hop, which has a session.
        public var link: LinkID
        public var nextHop: NodeID
        /// 1 for a neighbour.
        public var hops: UInt8
        /// Whether the destination is a way out of the mesh.
        public var isGateway: Bool

        public init(link: LinkID, nextHop: NodeID, hops: UInt8, isGateway: Bool = false) {
            self.link = link
            self.nextHop = nextHop
            self.hops = hops
            self.isGateway = isGateway
        }
    }

    public var own: NodeID
    /// Destination → next link, neighbours included, the own NodeID never.
    public var routes: [NodeID: Route]
    /// Peers with a live session on a link of their own.
    public var neighbours: [NodeID: LinkID]
    /// Whether frames for other nodes are forwarded (`design/decisions.md` 12).
    public var relays: Bool
    /// Nodes nothing is taken from. None of them is among the routes.
    public var revoked: Set<NodeID>
    /// The networks of the mesh.
    public var prefixes: MeshPrefixes
    /// Mesh address → node, of all reachable nodes and this one.
    public var owners: [IPAddress: NodeID]
    /// The gateway new flows leave by; among the routes.
    public var gateway: NodeID?
    /// Whether this node is a way out of the mesh itself.
    public var isGateway: Bool

    public init(
        own: NodeID, routes: [NodeID: Route] = [:], neighbours: [NodeID: LinkID] = [:], relays: Bool = true,
        revoked: Set<NodeID> = [], prefixes: MeshPrefixes = MeshPrefixes(), owners: [IPAddress: NodeID] = [:],
        gateway: NodeID? = nil, isGateway: Bool = false
    ) {
        self.own = own
        self.routes = routes
        self.neighbours = neighbours
        self.relays = relays
        self.revoked = revoked
        self.prefixes = prefixes
        self.owners = owners
        self.gateway = gateway
        self.isGateway = isGateway
    }
}

public import PIMCore
import PIMWire

/// What the node can tell about itself at any time. Reading changes nothing; lists are in a stable order.
extension ControlPlane {
    /// This node.
    public var nodeID: NodeID { own }

    /// Connected peers, by NodeID.
    public var connectedPeers: [PeerStatus] {
        peers.keys.sorted().compactMap { node in
            guard let id = peers[node], let link = links[id], let session = link.session else { return nil }
            let standby = paths[node]?.first { $0 != id && links[$0]?.session?.isStalled == false }
            return PeerStatus(
                node: node, link: id, remoteAddress: link.remoteAddress, direction: link.direction,
                connectedSince: session.established, lastHeard: session.heard,
                roundTripMilliseconds: roundTrips.milliseconds(over: id), isSealed: session.isSealed,
                standby: standby, standbyAddress: standby.flatMap { links[$0]?.remoteAddress })
        }
    }

    /// Selected routes, neighbours included, by destination.
    public var routes: [RouteStatus] {
        routing.routes.sorted { $0.key < $1.key }.map { destination, route in
            RouteStatus(
                destination: destination, nextHop: route.nextHop, hops: route.hops, isGateway: route.isGateway,
                gatewayLoad: route.isGateway ? routing.neighbours[destination]?.load ?? 0 : 0,
                roundTripMilliseconds: roundTripMilliseconds(to: destination),
                meshIPv4: addresses.address(of: destination), since: route.since,
                refreshed: routing.neighbours[route.nextHop]?.refreshed ?? route.since)
        }
    }

    /// Destinations that lost their way lately and are not believed at once to be back (`spec/routing.md` §16.3).
    public var lostDestinations: Int { routing.lostCount }

    /// Reachable gateways, the selected one first, then the best.
    public var reachableGateways: [GatewayStatus] {
        let scores = gatewayScores()
        return routes.filter(\.isGateway).map { route in
            GatewayStatus(
                route: route, score: scores[route.destination]?.value ?? 0,
                isSelected: gateways.selected == route.destination)
        }.sorted { left, right in
            if left.isSelected != right.isSelected { return left.isSelected }
            if left.score != right.score { return left.score < right.score }
            return left.route.destination < right.route.destination
        }
    }

    /// The configured targets in their order.
    public var dialTargets: [DialStatus] {
        dials.entries.map { entry in
            let phase: DialStatus.Phase =
                switch entry.state {
                case .waiting(let until): .waiting(until: until)
                case .dialing: .dialing
                case .linked: .handshaking
                case .reached(let node): peers[node] == nil ? .handshaking : .connected(node)
                case .barred: .barred
                }
            return DialStatus(
                target: entry.target, node: entry.target.node ?? entry.node, phase: phase, failures: entry.failures,
                lastFailure: entry.lastFailure)
        }
    }

    /// Nodes payloads wait for in vain: they are known to have sessions, are reachable, and answer no offer. Software that
    /// has none may run there now (`design/extensions.md` §7).
    public var unresponsiveNodes: [NodeID] {
        negotiations.all.filter { node, negotiation in
            negotiation.failures > 0 && book.isPinned(node, with: .sessions) && routing.routes[node] != nil
                && sessions.current(of: node) == nil
        }.keys.sorted()
    }

    /// To a neighbour, over the link that carries.
    func roundTripMilliseconds(to node: NodeID) -> UInt32? {
        peers[node].flatMap { roundTrips.milliseconds(over: $0) }
    }

    /// Incidents since the start.
    public var counters: [MeshCounter: UInt64] { counts }

    /// The number of frames of a link from which on the driver has to report them (``ControlInput/linkUsed(_:frames:)``).
    public var framesWorthReporting: UInt64 { configuration.limits.framesPerSession / 128 }

    /// Links of all kinds, with and without a session.
    public var linkCount: Int { links.count }

    /// Accepted links whose handshake is not finished.
    public var strangerCount: Int { strangers.count }

    /// The table the data plane uses, as last published.
    public var forwardingTable: ForwardingTable { published }

    /// Whether a node has a confirmed session with this one.
    public func isConnected(_ node: NodeID) -> Bool { peers[node] != nil }

    /// Whether payloads in reference form are dropped in the name of this node, because it is known to seal its own
    /// (`design/extensions.md` §6).
    public func refusesReferenceForms(of node: NodeID) -> Bool {
        !SafetyRule.pinnedForms.permits(!book.isPinned(node, with: .sessions))
    }

    /// The same for packets, of nodes that seal these too.
    public func refusesReferencePackets(of node: NodeID) -> Bool {
        configuration.referencePeers == .refuse
            || !SafetyRule.pinnedForms.permits(!book.isPinned(node, with: [.sessions, .sealedPackets]))
    }

    /// How this node makes itself known, and when it last did.
    public var broadcast: BroadcastStatus { BroadcastStatus(policy: announcements, last: lastBroadcast) }

    /// All revoked nodes.
    public var revokedNodes: Set<NodeID> { revoked }

    /// The node that owns a mesh address: reachable, or this one.
    public func owner(of address: IPv4Address) -> NodeID? { addresses.owner(of: address) }

    /// Address collisions since the start (`spec/routing.md` §3.1).
    public var addressCollisions: UInt64 { addresses.collisions }
}

import PIMCore
import PIMCrypto
import PIMWire

/// Telling the mesh this node's static key and name.
extension ControlPlane {
    /// This node's PeerInfo for one other node; signed, unless this node has no features to be held to
    /// (`design/extensions.md` §3).
    func introduction(to node: NodeID, _ exchange: PeerInfoTrailer.Exchange? = nil) -> ControlFrame {
        let info = PeerInfo(x25519: identity.x25519PublicKey, name: configuration.name)
        guard !features.isEmpty,
            let signed = try? info.signed(by: identity, for: node, features: features, exchange: exchange)
        else { return .peerInfo(info) }
        return .peerInfo(signed)
    }

    /// The PeerInfo that both ends send once per session (`spec/wire.md` §13.4), on a sealed link as their first frame.
    mutating func introduceDirectly(on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let session = links[id]?.session, !session.isGuarded else { return }
        send(introduction(to: session.peer), on: id, &step)
    }

    /// A PeerInfo inside the mesh.
    mutating func introduceRouted(to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        introductions.remove(node)
        guard routing.routes[node] != nil, let payload = try? introduction(to: node).encode() else { return }
        sendRouted(payload, to: node, &step)
    }

    /// Sends the bytes of a control frame through the mesh, if there is a way.
    mutating func sendRouted(_ payload: [UInt8], to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let route = routing.routes[node], let link = peers[route.nextHop] else { return }
        step.emit(
            .sendMesh(link, MeshFrame(source: own, destination: node, flags: .isControl, payload: payload)))
    }

    mutating func introduceToAll(at now: Moment) {
        for node in routing.routes.keys.sorted() { introductions.append(node) }
        lastBroadcast = BroadcastStatus.Broadcast(
            unixMilliseconds: now.unixMilliseconds, recipients: routing.routes.count)
    }

    mutating func introduceNext(_ step: inout Step<some RandomNumberGenerator>) {
        while let node = introductions.takeNext(at: step.time) { introduceRouted(to: node, &step) }
    }
}

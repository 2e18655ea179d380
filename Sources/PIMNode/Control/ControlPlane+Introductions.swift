import PIMCore
import PIMCrypto
import PIMWire

/// Telling the mesh this node's static key and name.
extension ControlPlane {
    private var introduction: ControlFrame {
        .peerInfo(PeerInfo(x25519: identity.x25519PublicKey, name: configuration.name))
    }

    /// The clear PeerInfo that both ends send once per session (`spec/wire.md` §13.4).
    mutating func introduceDirectly(on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        send(introduction, on: id, &step)
    }

    /// A PeerInfo inside the mesh. To a neighbour it is the sealed frame that confirms the session to its initiator
    /// (`spec/crypto.md` §12.8).
    mutating func introduceRouted(to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        introductions.remove(node)
        guard let route = routing.routes[node], let link = peers[route.nextHop],
            let payload = try? introduction.encode()
        else { return }
        step.emit(
            .sendMesh(link, MeshFrame(source: own, destination: node, flags: .isControl, payload: payload)))
    }

    mutating func introduceToAll() {
        for node in routing.routes.keys.sorted() { introductions.append(node) }
    }

    mutating func introduceNext(_ step: inout Step<some RandomNumberGenerator>) {
        while let node = introductions.takeNext(at: step.time) { introduceRouted(to: node, &step) }
    }
}

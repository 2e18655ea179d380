import PIMCore
import PIMCrypto
import PIMWire

/// Whether links are sealed, and with whom they may be otherwise (`design/extensions.md` §2 and §7).
extension ControlPlane {
    /// Whether both ends of the handshake announced that they seal.
    func seals(with result: HandshakeResult) -> Bool {
        features.contains(.sealedLinks) && result.peerFeatures.contains(.sealedLinks)
    }

    /// Whether a finished handshake may make or renew a session; closes the link otherwise.
    mutating func acceptsSecurity(
        of result: HandshakeResult, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) -> Bool {
        if let session = links[id]?.session, session.isSealed != seals(with: result) {
            count(.handshakeFailed, &step)
            close(id, reason: .securityChanged, &step)
            return false
        }
        guard configuration.referencePeers == .refuse, !seals(with: result) else { return true }
        count(.referenceRefused, &step)
        close(id, reason: .referencePeer, &step)
        return false
    }

    /// Whether a Response without sealing could be an old one of a node that seals now.
    func mightBeRecorded(_ result: HandshakeResult) -> Bool {
        features.contains(.sealedLinks)
            && !SafetyRule.downgradeGuard.permits(!book.isPinned(result.peer, with: .sealedLinks))
    }

    /// Takes over what a peer has just proven to understand.
    mutating func proveFeatures(
        _ proven: FeatureSet, of node: NodeID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        if book.pin(node, proven) { step.emit(.pin(node, proven)) }
        if proven.contains(.sessions) {
            negotiations[node]?.isReference = false
            negotiations[node]?.invite()
        } else {
            // It runs software that knows nothing of the sessions it had: what is sealed under them would be lost.
            for id in sessions.removeAll(of: node) { step.emit(.session(.remove(id))) }
            takeForReference(node)
        }
        updateCarriage(to: node, &step)
    }

    /// What this node understands changed: links and sessions are renewed, which tells the others.
    mutating func setFeatures(_ changed: FeatureSet, _ step: inout Step<some RandomNumberGenerator>) {
        guard changed.effective != features else { return }
        features = changed.effective
        for link in links.values.sorted(by: { $0.id < $1.id }) { renew(link, &step) }
        for node in sessions.nodes where negotiations[node]?.offer == nil { makeOffer(to: node, &step) }
    }
}

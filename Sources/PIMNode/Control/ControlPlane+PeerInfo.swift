import PIMCore
import PIMCrypto
import PIMWire

/// PeerInfo from others: who says so decides what it is worth (`design/extensions.md` §3).
extension ControlPlane {
    /// From the node at the other end of the link.
    mutating func receiveDirect(
        _ info: PeerInfo, on id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        proveLife(id, &step)
        guard let trailer = info.trailer else {
            guard SafetyRule.verifiedKey.permits(!book[session.peer].isVerified) else {
                return count(.unsignedIgnored, &step)
            }
            if !session.isKeyConfirmed { links[id]?.session?.heldIntroduction = info }
            if !book.isPinned(session.peer, with: .sessions) {
                takeForReference(session.peer)
                updateCarriage(to: session.peer, &step)
            }
            return step.emit(
                .peerInfo(
                    source: session.peer, info.x25519, name: info.name,
                    via: session.isKeyConfirmed ? .direct : .routed, isSigned: false, announce: true))
        }
        if case .answer(let responder, let initiator) = trailer.exchange {
            return receiveAnswer(responder, to: initiator, info, from: session.peer, .direct, &step)
        }
        guard verify(trailer, of: session.peer, via: id, &step) else {
            if session.isSealed, let current = links[id]?.session { punish(.badSignature, on: id, current, &step) }
            return
        }
        noteSigned(info, trailer, of: session.peer, via: .direct, isStored: true, &step)
        if case .offer(let key) = trailer.exchange {
            receiveOffer(key, features: trailer.features, from: session.peer, via: id, &step)
        }
    }

    /// Through the mesh: `source` is what its sender wrote there.
    mutating func receiveRouted(
        _ info: PeerInfo, from source: NodeID, via id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        if case .answer(let responder, let initiator) = info.trailer?.exchange {
            return receiveAnswer(responder, to: initiator, info, from: source, .routed, &step)
        }
        guard links[id]?.budget.introductions.take(at: step.time) == true else {
            return count(.controlOverLimit, &step)
        }
        guard routing.routes[source] != nil else {
            // Its sender may have learned of this node before this node learned of it.
            heldIntroductions.hold(info, from: source, via: id, at: step.time)
            return count(.peerInfoWithoutRoute, &step)
        }
        let interval = source == links[id]?.session?.peer ? .zero : announcements.shortestPeerInterval
        guard let trailer = info.trailer else {
            let isUnsignedExpected = !book[source].isVerified && !book.isPinned(source, with: .sessions)
            guard SafetyRule.verifiedKey.permits(isUnsignedExpected) else {
                return count(.unsignedIgnored, &step)
            }
            takeForReference(source)
            updateCarriage(to: source, &step)
            guard introductionFilter.admits(info.x25519, of: source, interval: interval, at: step.time) else {
                return count(.peerInfoTooSoon, &step)
            }
            return step.emit(
                .peerInfo(
                    source: source, info.x25519, name: info.name, via: .routed, isSigned: false,
                    announce: announcements.announcesRouted))
        }
        guard verify(trailer, of: source, via: id, &step) else { return }
        let isStored = introductionFilter.admits(info.x25519, of: source, interval: interval, at: step.time)
        if !isStored, trailer.exchange == nil { count(.peerInfoTooSoon, &step) }
        noteSigned(info, trailer, of: source, via: .routed, isStored: isStored, &step)
        if case .offer(let key) = trailer.exchange {
            receiveOffer(key, features: trailer.features, from: source, via: id, &step)
        }
    }

    /// What came before there was a route to its source.
    mutating func releaseHeldIntroduction(of source: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let held = heldIntroductions.take(of: source, at: step.time), links[held.link] != nil else { return }
        receiveRouted(held.info, from: source, via: held.link, &step)
    }

    /// A PeerInfo whose signature holds.
    mutating func noteSigned(
        _ info: PeerInfo, _ trailer: PeerInfoTrailer, of source: NodeID, via carrier: PeerInfoCarrier, isStored: Bool,
        _ step: inout Step<some RandomNumberGenerator>
    ) {
        book.noteVerified(source)
        if trailer.features.contains(.sessions) {
            negotiations[source]?.isReference = false
            negotiations[source]?.invite()
            updateCarriage(to: source, &step)
        }
        guard isStored else { return }
        step.emit(
            .peerInfo(
                source: source, info.x25519, name: info.name, via: carrier, isSigned: true,
                announce: carrier == .direct || announcements.announcesRouted))
        let pin = book[source].pin
        // The row may be new, and pins are stored with their row.
        if !pin.isEmpty { step.emit(.pin(source, pin)) }
    }

    private mutating func verify(
        _ trailer: PeerInfoTrailer, of source: NodeID, via id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) -> Bool {
        guard links[id]?.budget.signatures.take(at: step.time) == true else {
            count(.originOverLimit, &step)
            return false
        }
        guard (try? trailer.verify(source: source, destination: own)) != nil else {
            count(.originInvalid, &step)
            return false
        }
        return true
    }
}

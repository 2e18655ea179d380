import PIMCore
import PIMCrypto
import PIMWire

/// Frames of the neighbour itself. Nothing acts before the session, and nothing acts for anybody but the peer whose key
/// the session proved (`spec/wire.md` §20.2 to §20.4).
extension ControlPlane {
    mutating func receiveDirectFrame(
        _ type: FrameType, _ bytes: [UInt8], on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links[id] else { return }
        guard let known = speaker(on: link, at: step.time) else { return count(.controlBeforeSession, &step) }
        if known.isSealed {
            if isRefusal(type, bytes, by: known.peer) {
                close(id, reason: .refusedByPeer, &step)
                // The peer has dropped its ends; what would be sealed for them from now on would be lost.
                return endSessions(with: known.peer, &step)
            }
            // It opened.
            confirmKey(of: id, &step)
        } else if known.isGuarded {
            return count(.guardedFrame, &step)
        }
        guard let session = links[id].flatMap({ speaker(on: $0, at: step.time) }) else { return }
        switch type {
        case .routeUpdate: receiveRouteUpdate(bytes, on: id, session, &step)
        case .heartbeat: receiveHeartbeat(bytes, on: id, session, &step)
        case .control: receiveControl(bytes, on: id, session, &step)
        case .handshake, .data, .fragment: return
        }
    }

    /// The session whose other end speaks on a link: there is none before a handshake.
    private func speaker(on link: LinkState, at time: MonotonicTime) -> SessionState? {
        #if DEBUG
            // What the reference does, and tests let this node do: it believes the preamble.
            if link.session == nil, SafetyRule.sessionFirst.permits(false), let claimed = link.preamble {
                return SessionState(
                    peer: claimed, publicKey: [], established: time, isConfirmed: true,
                    isKeyConfirmed: true, isSealed: false, features: [], isGuarded: false, confirmBy: time, heard: time,
                    heartbeatDue: time, renewalDue: time)
            }
        #endif
        return link.session
    }

    mutating func receiveBadFrame(
        on id: LinkID, opened: Bool, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links[id] else { return }
        guard let session = link.session else { return blameStranger(.noise, on: link, &step) }
        count(.badFrame, &step)
        // On a sealed link whoever sits on the path can write frames that do not open.
        if session.isSealed, session.isKeyConfirmed, !opened { return }
        guard session.isConfirmed, session.isKeyConfirmed else {
            links[id]?.session?.failedToOpen = true
            return
        }
        punish(.badFrame, on: id, session, &step)
    }

    private mutating func receiveHeartbeat(
        _ bytes: [UInt8], on id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard links[id]?.budget.heartbeats.take(at: step.time) == true else {
            return refuse(.heartbeat, on: id, &step)
        }
        guard let heartbeat = try? Heartbeat.decode(bytes) else { return refuseMalformed(on: id, session, &step) }
        guard SafetyRule.ownHeartbeat.permits(heartbeat.sender == session.peer) else {
            count(.foreignHeartbeat, &step)
            return punish(.impersonation, on: id, session, &step)
        }
        // No confirmation: a reference responder sends heartbeats on every open connection, refused or not.
        guard session.isConfirmed else { return }
        proveLife(id, &step)
        guard heartbeat.gatewayHops == 0 else { return }
        routing.setLoad(heartbeat.load, of: heartbeat.sender)
        areGatewaysStale = true
    }

    private mutating func receiveControl(
        _ bytes: [UInt8], on id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        if bytes.first == ControlFrame.Tag.pluginPayload {
            // The neighbour's plugins, which the limit of the reference holds down; its other frames need not wait for them.
            guard links[id]?.budget.payloads.take(at: step.time) == true else {
                return count(.controlOverLimit, &step)
            }
        } else {
            guard links[id]?.budget.control.take(at: step.time) == true else { return refuse(.control, on: id, &step) }
        }
        guard let frame = try? ControlFrame.decode(bytes) else { return refuseMalformed(on: id, session, &step) }
        switch frame {
        case .goodbye(let node, _):
            guard SafetyRule.ownGoodbye.permits(node == session.peer) else {
                count(.foreignGoodbye, &step)
                return punish(.impersonation, on: id, session, &step)
            }
            close(node == session.peer ? id : peers[node] ?? id, reason: .goodbye, &step)
        case .rekey: return
        case .ping(let nonce):
            send(.pong(nonce), on: id, &step)
        case .pong(let nonce):
            guard session.isConfirmed else { return }
            guard roundTrips.received(nonce, over: id, at: step.time) else {
                return count(.unknownPong, &step)
            }
            proveLife(id, &step)
            reselect(session.peer, &step)
            areGatewaysStale = true
        case .peerInfo(let info): receiveDirect(info, on: id, session, &step)
        case .pluginPayload(let payload):
            proveLife(id, &step)
            step.emit(.deliver(payload, from: session.peer, via: id, isSealed: session.isSealed))
        }
    }

    /// A frame beyond the budget of its type. No honest node sends so many, and looking at each costs those who share this
    /// node with the one that does.
    mutating func refuse(_ type: FrameType, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        count(.controlOverLimit, &step)
        guard let link = links[id], link.restsUntil.map({ $0 <= step.time }) ?? true else { return }
        links[id]?.restsUntil = step.time.advanced(by: configuration.timing.rest)
        step.emit(.rest(id, type, configuration.timing.rest))
    }

    /// Routed control frames reach this node through relays: `source` is what their sender wrote there.
    mutating func receiveRouted(
        _ frame: ControlFrame, from source: NodeID, via id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard links[id]?.session != nil else { return count(.controlBeforeSession, &step) }
        proveLife(id, &step)
        guard case .peerInfo(let info) = frame, source != own, !isRevoked(source) else {
            return count(.routedControlIgnored, &step)
        }
        receiveRouted(info, from: source, via: id, &step)
    }

    mutating func refuseMalformed(
        on id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        count(.controlMalformed, &step)
        punish(.undecodable, on: id, session, &step)
    }

    /// Writes a misdeed into the peer's record. A full record ends every link to the peer: an excluded node has no
    /// session, so it receives no traffic, writes no routes and is not advertised (`spec/routing.md` §16.12).
    ///
    /// Where nobody has shown to hold the session key, the misdeed is not the peer's: only the link goes.
    mutating func punish(
        _ misdeed: Misdeed, on id: LinkID, _ session: SessionState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard session.isKeyConfirmed else { return close(id, reason: .misbehaviour, &step) }
        guard case .excluded = reputation.add(misdeed, of: session.peer, at: step.time) else { return }
        count(.peerExcluded, &step)
        step.emit(.event(.excluded(session.peer)))
        for link in links.values.filter({ $0.session?.peer == session.peer }).map(\.id).sorted() {
            close(link, reason: .misbehaviour, &step)
        }
    }

    /// Sends a clear control frame. Frames this node makes always have a wire form.
    mutating func send(
        _ frame: ControlFrame, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let bytes = try? frame.encode() else { return }
        step.emit(.send(id, .control, bytes))
    }
}

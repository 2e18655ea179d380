import PIMCore

/// Everything the control plane knows of one link.
struct LinkState: Sendable {
    let id: LinkID
    let direction: LinkDirection
    /// The NodeID an accepted connection claimed before anything was proven.
    let preamble: NodeID?
    /// The NodeID that has to answer on a dialled connection, if the configuration names one.
    let expected: NodeID?
    /// The key that has to answer where a node announced itself.
    var advertisedKey: [UInt8]?
    let remoteAddress: String
    /// What the remote address counts as, where something is shared out by address.
    let address: AddressGroup
    let path: LinkPath
    var handshake: HandshakeState = .idle
    var session: SessionState?
    var budget: LinkBudget
    /// Nothing is read from it before.
    var restsUntil: MonotonicTime?

    var isDialed: Bool {
        if case .dialed = direction { true } else { false }
    }

    /// Which end opened the connection, once the peer is known.
    func dialer(own: NodeID) -> NodeID? { isDialed ? own : session?.peer }

    func nextDeadline(_ timing: ControlTiming) -> MonotonicTime? {
        guard let session else { return handshake.deadline }
        let heartbeat = session.isGuarded ? nil : session.heartbeatDue
        guard session.isConfirmed else { return .earliest(handshake.deadline, session.confirmBy, heartbeat) }
        // A renewal that is due waits for a handshake under way: asking for a tick meanwhile would make the driver spin
        // for as long as the peer leaves its half of that handshake undone.
        return .earliest(
            handshake.deadline, session.heard.advanced(by: timing.silence), session.stallDeadline(timing), heartbeat,
            handshake.isIdle ? session.renewalDue : nil)
    }
}

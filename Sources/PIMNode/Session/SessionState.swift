import PIMCore
import PIMWire

/// What the control plane remembers of the session on a link; the keys themselves live in the link.
struct SessionState: Sendable {
    /// Whose key the handshake proved. Every renewal has to prove the same one.
    let peer: NodeID
    /// Verifies the peer's route updates.
    let publicKey: [UInt8]
    let established: MonotonicTime
    /// A responder's session is confirmed from the start; an initiator's by the first frame that shows that the peer
    /// accepted it. Until then it carries nothing for others (`spec/crypto.md` §12.8).
    var isConfirmed: Bool
    /// Whether the peer has shown that it holds the session key: to a responder by its Confirm, to an initiator by the
    /// first frame that opens. Until then somebody may be replaying a Response of the peer, which is bound to nobody
    /// (`spec/crypto.md` §12.8, §12.9; `design/decisions.md` 10).
    var isKeyConfirmed: Bool
    /// Whether both ends seal every frame but handshakes.
    let isSealed: Bool
    /// What the peer announced in the handshake of the session in use; fresh once the key is confirmed.
    var features: FeatureSet
    /// A node that used to seal its links answered without: it may be a recording. Nothing clear is sent or honoured
    /// before one of its Data frames opens (`design/extensions.md` §7).
    var isGuarded: Bool
    /// The key the peer announced in clear before its session key was confirmed: hearsay until then.
    var heldIntroduction: PeerInfo?
    /// Frames failed to open before the confirmation: the sign of another mesh secret.
    var failedToOpen = false
    var confirmBy: MonotonicTime
    /// The last valid frame from the peer.
    var heard: MonotonicTime
    /// It was silent for so long that it carries nothing until it is heard again. Only sealed links stall.
    var isStalled = false
    /// The network changed: it has to be heard soon.
    var isOnProbation = false
    /// When its target is dialled again although it is only stalled.
    var redialDue: MonotonicTime?
    /// Since when it carries.
    var carriesSince: MonotonicTime?
    /// Whether a route update of the peer was accepted on this link.
    var hasUpdated = false
    var heartbeatDue: MonotonicTime
    var renewalDue: MonotonicTime
    /// Frames of the link as last reported, and as they were when the key in use was installed.
    var framesReported: UInt64 = 0
    var framesAtInstall: UInt64 = 0

    /// Renewals by this end that wait for their first frame.
    var proposals: [SessionProposal] = []

    /// Whether another Response to a renewal may be taken.
    func mayPropose(_ ephemeral: [UInt8]) -> Bool {
        proposals.count < SessionProposal.limit && !proposals.contains { $0.ephemeral == ephemeral }
    }

    /// When something has to be done about its silence before it is closed for it.
    func stallDeadline(_ timing: ControlTiming) -> MonotonicTime? {
        isStalled ? redialDue : isSealed ? heard.advanced(by: timing.stall) : nil
    }

    /// Why the link ends if nothing ever confirms the session.
    var unconfirmedReason: LinkCloseReason {
        if isGuarded { return .usedToSeal }
        return failedToOpen ? .undecryptable : .unconfirmed
    }
}

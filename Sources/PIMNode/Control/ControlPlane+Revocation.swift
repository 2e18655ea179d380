public import PIMCore
import PIMWire

/// Nodes the operator has nothing to do with any more, until he says otherwise. A revoked node has no session with this
/// one, on a link or end to end; nothing from it is delivered or forwarded and nothing is sent to it, under every
/// authorization policy. Other nodes decide for themselves.
extension ControlPlane {
    /// Whether the node is revoked.
    public func isRevoked(_ node: NodeID) -> Bool {
        !SafetyRule.revocation.permits(!revoked.contains(node))
    }

    /// Ends everything there is with the node.
    mutating func revoke(_ node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard node != own, revoked.insert(node).inserted else { return }
        isTableChanged = true
        if authorization.distrust(node) { step.emit(.distrust(node)) }
        // Its routes first: losing the link would only make this node look for another way to it.
        note(routing.bar(node, at: step.time), &step)
        part(from: node, GoodbyeReason.refused, reason: .revoked, &step)
        endSessions(with: node, &step)
        dials.bar(node, reason: LinkCloseReason.revoked.description)
    }

    /// The node is met like any other again. What was remembered of it meanwhile stays: its pin, its key.
    mutating func restore(_ node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard revoked.remove(node) != nil else { return }
        isTableChanged = true
        routing.unbar(node)
        dials.unbar(node, at: step.time)
    }
}

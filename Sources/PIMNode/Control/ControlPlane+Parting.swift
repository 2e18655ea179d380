import PIMCore
import PIMWire

/// Links that end because the operator wants it.
extension ControlPlane {
    /// Closes every link to the node, after a Goodbye where there is a session.
    mutating func part(
        from node: NodeID, _ goodbye: UInt8, reason: LinkCloseReason, _ step: inout Step<some RandomNumberGenerator>
    ) {
        for link in links.values.sorted(by: { $0.id < $1.id }) {
            guard (link.session?.peer ?? link.expected) == node else { continue }
            if link.session != nil { send(.goodbye(own, reason: goodbye), on: link.id, &step) }
            close(link.id, reason: reason, &step)
        }
    }

    /// Takes another policy; who has a session under the old one and none under the new one loses it.
    mutating func replaceAuthorization(
        _ policy: AuthorizationPolicy, _ step: inout Step<some RandomNumberGenerator>
    ) {
        authorization = policy
        let nodes = Set(links.values.compactMap { $0.session?.peer })
        for node in nodes.sorted() where !policy.admits(node) {
            part(from: node, GoodbyeReason.refused, reason: .notAuthorized, &step)
        }
    }
}

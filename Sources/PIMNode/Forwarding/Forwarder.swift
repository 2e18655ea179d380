public import PIMCore
public import PIMWire

/// Decides what happens to a mesh frame that was opened on a link: pure, without allocation, one look-up.
public enum Forwarder {
    public enum Decision: Sendable, Hashable {
        /// Addressed to this node, carries a control frame.
        case deliverControl
        /// Addressed to this node, carries an IP packet or a fragment of one.
        case deliverPacket
        /// Goes on over this link with its ttl lowered by one.
        case relay(LinkID)
        case drop(MeshCounter)
    }

    /// The receive rules of `spec/wire.md` §9.3 with the refusals of §20 and `spec/crypto.md` §12.3.
    public static func decide(_ header: MeshHeader, from ingress: LinkID, table: ForwardingTable) -> Decision {
        guard SafetyRule.ownSource.permits(header.source != table.own) else { return .drop(.ownSource) }
        guard SafetyRule.revocation.permits(table.revoked.isEmpty || !table.revoked.contains(header.source)) else {
            return .drop(.revokedSource)
        }
        if header.destination == table.own {
            return header.flags.contains(.isControl) ? .deliverControl : .deliverPacket
        }
        guard table.relays else { return .drop(.relayingOff) }
        guard header.ttl > 0 else { return .drop(.ttlExpired) }
        guard let route = table.routes[header.destination] else { return .drop(.noRoute) }
        guard SafetyRule.noReturn.permits(route.link != ingress) else { return .drop(.wouldReturn) }
        return .relay(route.link)
    }
}

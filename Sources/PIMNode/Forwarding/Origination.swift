public import PIMCore
public import PIMWire

/// Turns what this node wants to say to another one into a mesh frame and the link it leaves by: pure, one look-up.
public enum Origination {
    public enum Plan: Sendable, Hashable {
        /// Send this header, followed by `payload`, over the link.
        case send(LinkID, MeshHeader, payload: [UInt8])
        /// No route to the destination.
        case noRoute
        /// The destination is this node itself.
        case toSelf
        /// More than a mesh frame holds, or a value without a wire form.
        case tooLarge
    }

    /// A routed control frame (`spec/wire.md` §9.2): ttl 8, never fragmented.
    public static func plan(_ frame: ControlFrame, to destination: NodeID, table: ForwardingTable) -> Plan {
        if destination == table.own { return .toSelf }
        guard let route = table.routes[destination] else { return .noRoute }
        guard let payload = try? frame.encode(), payload.count <= WireLimits.meshPayload else { return .tooLarge }
        let header = header(from: table.own, to: destination, payloadLength: payload.count)
        return .send(route.link, header, payload: payload)
    }

    /// The header of a routed control frame that is encoded already.
    public static func header(from own: NodeID, to destination: NodeID, payloadLength: Int) -> MeshHeader {
        MeshHeader(
            source: own, destination: destination, ttl: WireLimits.initialTTL, flags: .isControl,
            payloadLength: payloadLength)
    }
}

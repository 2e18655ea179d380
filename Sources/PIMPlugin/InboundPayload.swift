public import PIMCore

/// A payload that arrived from the mesh for a plugin.
public struct InboundPayload: Sendable {
    /// The node that sent it; how far that can be trusted is said by ``security``.
    public var source: NodeID
    /// One of the plugin's kinds.
    public var kind: String
    /// 0–65,535 bytes, opaque to the daemon.
    public var body: [UInt8]
    public var arrival: PayloadArrival
    public var security: PayloadSecurity

    public init(source: NodeID, kind: String, body: [UInt8], arrival: PayloadArrival, security: PayloadSecurity) {
        self.source = source
        self.kind = kind
        self.body = body
        self.arrival = arrival
        self.security = security
    }
}

/// How a payload reached this node.
public enum PayloadArrival: String, Sendable, Hashable {
    /// In a control frame on the link to the source itself.
    case direct
    /// In a mesh frame addressed to this node, possibly through relays.
    case routed
}

/// What a payload's `source` and content are worth, rising (`design/extensions.md` §6).
public enum PayloadSecurity: Int, Sendable, Hashable, Comparable {
    /// The source is a claim: any node on the way could have written it.
    case unauthenticated = 0
    /// The source is the neighbour at the other end of the link.
    case link = 1
    /// The source is proven and the content was known to the two nodes only.
    case endToEnd = 2

    public static func < (left: PayloadSecurity, right: PayloadSecurity) -> Bool { left.rawValue < right.rawValue }
}

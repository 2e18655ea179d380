public import PIMCore

/// Sends plugin payloads to the same plugin on other nodes.
public protocol ControlSender: Sendable {
    /// Hands one payload to the mesh. Never waits; callable from any thread; payloads to one destination on one route keep
    /// their order.
    ///
    /// Payloads travel sealed end to end to every node that can open them, without the plugin asking (`design/extensions.md`
    /// §6); to other nodes they travel as the reference sends them, unless ``OutboundPayload/minimumSecurity`` forbids it.
    ///
    /// `queued` means the payload is in the queue of the link to the next hop, not that it arrived: plugins that need to
    /// know acknowledge for themselves.
    func send(_ payload: OutboundPayload, to destination: NodeID) -> SendResult

    /// As ``send(_:to:)``, but waits while the link is congested.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while waiting.
    func sendWhenWritable(_ payload: OutboundPayload, to destination: NodeID) async throws -> SendResult
}

/// A payload on its way out.
public struct OutboundPayload: Sendable {
    /// 1–255 ASCII bytes. May be a kind the sending plugin does not itself claim.
    public var kind: String
    /// At most ``maximumBodySize(forKind:)`` bytes.
    public var body: [UInt8]
    public var route: PayloadRoute
    /// What the payload has to be worth where it arrives. One that demands `endToEnd` travels sealed or not at all, and
    /// takes the routed way even to a neighbour; one that demands `link` may also go directly over a sealed link.
    public var minimumSecurity: PayloadSecurity

    public init(
        kind: String, body: [UInt8], route: PayloadRoute = .routed, minimumSecurity: PayloadSecurity = .unauthenticated
    ) {
        self.kind = kind
        self.body = body
        self.route = route
        self.minimumSecurity = minimumSecurity
    }

    /// The largest body that fits one routed frame, in bytes: 65,501 less the kind's length, so that a payload that leaves
    /// today still fits when it travels sealed end to end (`design/extensions.md` §5).
    public static func maximumBodySize(forKind kind: String) -> Int {
        65_501 - kind.utf8.count
    }
}

/// Which way a payload takes.
public enum PayloadRoute: String, Sendable, Hashable {
    /// In a mesh frame to any node there is a route to, neighbours included: sealed end to end where the other node can
    /// open it, else encrypted hop by hop. The one to use.
    case routed
    /// In a control frame on the link to a neighbour: sealed with the link, or in clear on a link to a reference node.
    case direct
}

/// What became of a payload handed to ``ControlSender``.
public enum SendResult: Sendable, Hashable {
    /// In the queue of the link to the next hop, and what it will be worth where it arrives.
    case queued(PayloadSecurity)
    /// Kept for at most 10 s until a session with the destination stands. Towards a node that turns out to have none it
    /// then leaves in the reference's form, unless the payload or the node's past forbids that: then it is dropped.
    case awaitingSession
    /// Kept for at most 30 s until the link to the neighbour is back.
    case parked
    /// No route to the destination, or the destination is this node. A payload whose route is lost after it was accepted
    /// waits up to 30 s for another one.
    case noRoute
    /// No link to the neighbour.
    case noSession
    /// The payload demands more than anything this node may send to the destination is worth. Nothing was sent.
    case tooInsecure
    /// Larger than one frame; `limit` is the largest body in bytes for this kind. Nothing was sent.
    case tooLarge(limit: Int)
    /// The kind is empty, longer than 255 bytes or not ASCII. Nothing was sent.
    case invalidKind
    /// The link's queue is full. Nothing was sent; try later or use `sendWhenWritable`.
    case congested
    /// The daemon or the plugin is shutting down.
    case stopped

    /// `queued`, `awaitingSession` or `parked`: the payload left the plugin's responsibility.
    public var isAccepted: Bool {
        switch self {
        case .queued, .awaitingSession, .parked: true
        default: false
        }
    }
}

/// A stream of notifications `<namespace>.event` with its two methods `<namespace>.subscribe` and `.unsubscribe`.
///
/// After `rpc.hello`, `messages.event` goes to every connection; the others only to subscribers.
public struct EventStream: Hashable, Sendable {
    /// `status`, `peers`, …; for a plugin its RPC namespace.
    public let namespace: String

    public init(namespace: String) {
        self.namespace = namespace
    }

    public static let status = EventStream(namespace: "status")
    public static let peers = EventStream(namespace: "peers")
    public static let gateway = EventStream(namespace: "gateway")
    public static let logs = EventStream(namespace: "logs")
    public static let messages = EventStream(namespace: "messages")

    /// The streams every daemon has. `messages.event` is the host's too, but `messages.subscribe` comes with the plugin.
    public static let hostStreams: [EventStream] = [.status, .peers, .gateway, .logs]

    /// The method name of its notifications.
    public var event: String { "\(namespace).event" }
    /// Whether connections receive it without asking.
    public var reachesEveryConnection: Bool { self == .messages }

    public var subscribe: RPCMethod<NoParameters, Subscription> {
        RPCMethod("\(namespace).subscribe", summary: "Sends \(event) notifications on this connection from now on.")
    }

    public var unsubscribe: RPCMethod<SubscriptionReference, NoResult> {
        RPCMethod(
            "\(namespace).unsubscribe",
            summary: "Ends one subscription to \(event): the one named, or else the latest. Never fails.")
    }

    var methods: [RPCMethodDescription] {
        let first = self == .logs ? RPC.logsSubscribe.description : subscribe.description
        return [first, unsubscribe.description]
    }
}

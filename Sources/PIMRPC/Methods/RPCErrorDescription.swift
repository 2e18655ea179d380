public import PIMCore

/// What there is to say about an error code (`spec/rpc.md` §3), for documentation.
public struct RPCErrorDescription: Sendable {
    public let code: RPCError.Code
    /// One word, lower camel case.
    public let name: String
    /// One sentence for people.
    public let meaning: String

    init(_ code: RPCError.Code, _ name: String, _ meaning: String) {
        self.code = code
        self.name = name
        self.meaning = meaning
    }

    /// Every code the daemon and its plugins answer with, those of JSON-RPC first.
    public static let all: [RPCErrorDescription] = [
        .init(
            .parseError, "parseError",
            "The line, or an entry of a batch, is no request; `id` is null. After a line that is too long the daemon closes."
        ),
        .init(
            .invalidRequest, "invalidRequest",
            "Another method was called before `rpc.hello` succeeded, or a batch is empty or has more than 100 requests."
        ),
        .init(
            .methodNotFound, "methodNotFound",
            "There is no such method, or the plugin that has it is not in this daemon. If a name is close, `data` is `{suggestion}`."
        ),
        .init(.invalidParams, "invalidParams", "A parameter is missing or wrong; the text names it."),
        .init(.internalError, "internalError", "It failed for a reason no client can mend; the text says which."),
        .init(
            .notReady, "notReady",
            "Not now: there are as many clients as the daemon serves at once and it closes, the answers of a batch are too large together, or a plugin is not running."
        ),
        .init(.versionMismatch, "versionMismatch", "`rpc_version` is not the version this daemon speaks."),
        .init(.notSupported, "notSupported", "This daemon lacks what it takes: an interface, or a mechanism."),
        .init(.accessDenied, "accessDenied", "The client's user may not use this daemon, which closes."),
        .init(.peerNotFound, "peerNotFound", "No such peer is configured, or known, or there is no route to it."),
        .init(.peerExists, "peerExists", "The peer is configured already; `data` is `{config_entry_id}`."),
        .init(.peerAddressInvalid, "peerAddressInvalid", "The address is not one that can be dialled."),
        .init(
            .pairingFailed, "pairingFailed", "The peer could not be reached, was refused, or did not prove who it is."),
        .init(.noAnswer, "noAnswer", "The node did not answer in time."),
        .init(
            .configurationInvalid, "configurationInvalid",
            "The daemon would not start with this configuration; `data` is an array of `{line?, column?, path?, message}`."
        ),
        .init(
            .configurationRejected, "configurationRejected",
            "The configuration is sound, and could not be written or applied."),
        .init(
            .gatewayPreflightFailed, "gatewayPreflightFailed",
            "Something a gateway needs is missing; `data` has the checks of `gateway.preflight`."),
        .init(.gatewayNotSupported, "gatewayNotSupported", "There are no gateways on this platform."),
        .init(
            .identityMismatch, "identityMismatch",
            "Another key is pinned for the node, nothing was changed; `data` is `{node_id, supplied_x25519_pubkey, existing_x25519_pubkey}`."
        ),
        .init(
            .broadcastIntervalTooSmall, "broadcastIntervalTooSmall", "The interval between announcements is below 30 s."
        ),
        .init(
            .messagePeerUnknown, "messagePeerUnknown",
            "Neither the peer's key is known nor a route by which it could come."),
        .init(.messageBodyTooLarge, "messageBodyTooLarge", "The message is longer than 8192 bytes of UTF-8."),
        .init(.storageFailed, "storageFailed", "A database could not be read or written, or the outbox is full."),
    ]

    /// What any method may answer, whether its descriptor lists it or not.
    public static let ofEveryMethod: [RPCError.Code] = [.invalidRequest, .methodNotFound, .internalError, .notReady]
}

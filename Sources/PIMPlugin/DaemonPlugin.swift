/// Code that lives in a PIM daemon and talks to the same plugin on other nodes of the mesh.
///
/// There is one instance per plugin and daemon, shared by reference. The host takes it through these phases, each with a
/// deadline and visible in `plugins.list`:
///
/// | phase | what the host does | deadline | when it fails |
/// |---|---|---|---|
/// | `describe` | reads `name`, `payloadKinds` and the other properties, once | – | the daemon does not start |
/// | `configure` | calls ``checkConfiguration(_:)`` with the section `[plugins.<name>]` | 5 s | the daemon does not start |
/// | `start` | calls ``start(_:)``, plugins in registration order, one after another | 30 s | ``failurePolicy`` decides |
/// | `running` | calls ``handlePayload(_:)`` and ``peerForgotten(_:)`` as things happen | 10 s, then listed as stalled | counted |
/// | `draining` | takes no new payload, lets the running handler finish, calls ``shutdown()`` in reverse order | 3 s | logged |
/// | `stopped` | calls nothing any more | – | – |
///
/// ### Dispatch
/// An inbound payload goes to the first registered plugin whose ``payloadKinds`` contain its kind, compared byte for byte;
/// nobody else sees it. A kind that no plugin claims is dropped and counted. Two plugins that claim one kind: the first
/// one registered wins, and a warning at start names both.
///
/// ### Concurrency and ordering
/// The daemon never waits for a plugin. Payloads go into a mailbox of 256; handlers run one at a time and in order per
/// source (``concurrency`` can widen that). Sources share the mailbox fairly: when it is full, the source with the most
/// payloads queued loses its newest, and that is counted against it. Delivery is at most once.
/// A source is the one the payload names, which for an unauthenticated payload is a claim; a plugin that cannot live with
/// claims says so by ``minimumSecurity``.
///
/// ``start(_:)``, ``handlePayload(_:)``, ``peerForgotten(_:)``, RPC methods and background work may run at the same time as
/// each other: state they share needs an actor or a lock. An actor can be a plugin.
///
/// ### What the host cannot do
/// A plugin is code of the daemon's own process. Errors it throws are caught, counted and logged; a trap (an index out of
/// range, a failed precondition, an overflow) ends the daemon, and nothing can catch it. Swift's concurrency pool has
/// about as many threads as the machine has cores: a handler that blocks one without `await` (a lock held long, a
/// synchronous read of a slow disk) takes it from everybody. The host cancels what misses a deadline and goes on
/// without it, but it cannot end it.
///
/// ### How it maps to the contract it grew from (`spec/plugin.md` §5)
/// | there | here |
/// |---|---|
/// | `name()` | ``name`` |
/// | `payload_kinds()` | ``payloadKinds`` |
/// | `handle_payload(src, kind, body)` | ``handlePayload(_:)`` with ``InboundPayload`` |
/// | `start(ctx)` | ``start(_:)`` with ``PluginContext`` |
/// | `on_peer_forgotten(peer)` | ``peerForgotten(_:)`` with ``PeerForgotten``, for every deletion, not only those by request |
/// | `shutdown()` | ``shutdown()``, really called |
/// | `PluginContext.peers` | ``PluginContext/peers``: ``PeerDirectory`` |
/// | `PluginContext.control` | ``PluginContext/control``: ``ControlSender`` |
/// | `PluginContext.identity` | ``PluginContext/identity``: ``NodeIdentity`` |
/// | `PluginContext.data_dir` | ``PluginContext/dataDirectory`` |
/// | `PluginContext.cancel` | structured concurrency: ``PluginContext/run(_:_:)`` |
/// | `PeerDirectory.lookup_x25519`, `lookup_name`, `subscribe` | ``PeerDirectory/x25519Key(of:)``, ``PeerDirectory/name(of:)``, ``PeerDirectory/events()`` |
/// | `ControlSender.send_direct`, `send_routed` | ``ControlSender/send(_:to:)`` with a ``PayloadRoute`` |
/// | `IdentitySecrets.signing_seed` | ``NodeIdentity/sign(_:)``, ``NodeIdentity/seal(_:to:)``, ``NodeIdentity/open(_:)``; the seed itself only by ``requestsSigningSeed`` |
public protocol DaemonPlugin: AnyObject, Sendable {
    /// Stable identifier: 1–64 characters of `a-z`, `0-9`, `-` and `_`, first a letter. It names the configuration section
    /// `[plugins.<name>]`, the private directory and, by convention, the prefix of the plugin's kinds (`<name>.<what>`).
    var name: String { get }

    /// The payload kinds this plugin handles, 1–255 ASCII bytes each. Read once; may be empty.
    var payloadKinds: [String] { get }

    /// What happens when ``start(_:)`` throws or misses its deadline. Default: `.required`.
    /// `[plugins.<name>] required` in the configuration overrides it.
    var failurePolicy: PluginFailurePolicy { get }

    /// What a payload has to be worth to reach this plugin; lesser ones are dropped and counted. Default:
    /// `.unauthenticated`, which hears reference nodes as well; `.endToEnd` makes every ``InboundPayload/source`` proven and
    /// every body known to the two nodes only. Read once.
    var minimumSecurity: PayloadSecurity { get }

    /// How many handlers may run at once. Default: `.serial`.
    var concurrency: PluginConcurrency { get }

    /// The namespace of the plugin's RPC methods and of its event stream `<namespace>.event`. Default: ``name``.
    var rpcNamespace: String { get }

    /// The RPC methods this plugin answers, named without the namespace. Read once, before start. Default: none.
    var rpcMethods: [PluginRPCMethod] { get }

    /// `true` asks for the node's raw Ed25519 seed. It is granted only if the operator also says
    /// `[plugins.<name>] expose_signing_seed = true`. Default: `false`; hardly any plugin has a reason to change that.
    var requestsSigningSeed: Bool { get }

    /// Checks the plugin's configuration section without acting on it. Also called by `pim config check`, on an instance
    /// that is never started.
    ///
    /// - Throws: anything; the description is shown to the operator with the section's name.
    func checkConfiguration(_ section: PluginConfiguration) throws

    /// Makes the plugin ready; called once, before any payload. Long work goes into ``PluginContext/run(_:_:)``.
    ///
    /// When it throws or misses its deadline, work it had started there is cancelled and the context goes dead: a `start` that
    /// returns later changes nothing, and ``shutdown()`` is not called.
    ///
    /// - Throws: anything; ``failurePolicy`` decides what that means for the daemon.
    func start(_ context: PluginContext) async throws

    /// Handles one inbound payload whose kind is in ``payloadKinds``.
    ///
    /// - Throws: anything; it is counted and logged, and the next payload follows. Nothing is sent back or retried.
    func handlePayload(_ payload: InboundPayload) async throws

    /// Told about every peer that left the directory, whatever caused it, after the deletion. Plugins are told one after
    /// another in registration order, each with 10 s.
    ///
    /// - Returns: what was wiped, by name; merged into the answer of `peers.forget`.
    /// - Throws: anything; it is logged and blocks nobody.
    func peerForgotten(_ event: PeerForgotten) async throws -> ForgetSummary

    /// Called once, if ``start(_:)`` returned in time: links are still up, so a last payload sent here still leaves. Work started by
    /// ``PluginContext/run(_:_:)`` has been cancelled and awaited by the time this is called.
    func shutdown() async
}

extension DaemonPlugin {
    public var failurePolicy: PluginFailurePolicy { .required }
    public var minimumSecurity: PayloadSecurity { .unauthenticated }
    public var concurrency: PluginConcurrency { .serial }
    public var rpcNamespace: String { name }
    public var rpcMethods: [PluginRPCMethod] { [] }
    public var requestsSigningSeed: Bool { false }
    public func checkConfiguration(_ section: PluginConfiguration) throws {}
    public func start(_ context: PluginContext) async throws {}
    public func peerForgotten(_ event: PeerForgotten) async throws -> ForgetSummary { ForgetSummary() }
    public func shutdown() async {}
}

/// What a failed start of a plugin means for the daemon.
public enum PluginFailurePolicy: String, Sendable, Hashable, Codable {
    /// The daemon does not start, and says which plugin was the reason.
    case required
    /// The plugin is listed as failed; the daemon runs without it.
    case optional
}

/// How many of a plugin's payload handlers may run at once.
public enum PluginConcurrency: Sendable, Hashable {
    /// One at a time.
    case serial
    /// One per source, at most `limit` (1–64) in all; still in order per source.
    case perSource(limit: Int)
}

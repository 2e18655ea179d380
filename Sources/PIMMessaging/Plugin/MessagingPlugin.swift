internal import Logging
internal import PIMCore
public import PIMPlugin
internal import PIMRPC
internal import Synchronization

/// Text messages between two nodes: sealed for the receiver, stored on both sides, acknowledged, and kept until they
/// arrive (`spec/messaging.md`).
///
/// It uses nothing any other plugin could not use. Configuration: `[plugins.messaging]`, see ``MessagingSettings``.
/// RPC: `messages.*`; events: `messages.event`. `messages.subscribe` and `messages.unsubscribe` are answered by the
/// control socket, as for every plugin.
public final class MessagingPlugin: DaemonPlugin {
    public let name = "messaging"
    public let payloadKinds = [MessagingKind.message, MessagingKind.receipt]
    public let rpcNamespace = "messages"

    private let clock: any MessagingClock
    private let service = Mutex<MessageService?>(nil)

    public convenience init() {
        self.init(clock: SystemClock())
    }

    init(clock: any MessagingClock) {
        self.clock = clock
    }

    public func checkConfiguration(_ section: PluginConfiguration) throws {
        _ = try MessagingSettings(section)
    }

    /// Opens `messages.db`, taking over an earlier daemon's, and what waits in it.
    ///
    /// - Throws: `PIMError` that names the file.
    public func start(_ context: PluginContext) async throws {
        let settings = try MessagingSettings(context.configuration)
        for key in MessagingSettings.unknownKeys(in: context.configuration) {
            context.logger.warning("unknown key in [plugins.messaging]", metadata: ["key": "\(key)"])
        }
        let service = try await MessageService(context: context, settings: settings, clock: clock)
        service.start(in: context)
        self.service.withLock { $0 = service }
    }

    public func handlePayload(_ payload: InboundPayload) async throws {
        try await running.receive(payload)
    }

    public func peerForgotten(_ event: PeerForgotten) async throws -> ForgetSummary {
        try await running.forget(event)
    }

    /// The writer has written everything by now; closes the file.
    public func shutdown() async {
        let service = service.withLock { service in
            defer { service = nil }
            return service
        }
        guard let service else { return }
        service.inbound.close()
        service.commits.close()
        do {
            try service.store.close()
        } catch {
            service.logger.warning("the message store did not close", metadata: ["error": "\(error)"])
        }
    }

    /// - Throws: `RPCError` before start and after shutdown.
    var running: MessageService {
        get throws {
            guard let service = service.withLock({ $0 }) else { throw MessageService.stopped }
            return service
        }
    }
}

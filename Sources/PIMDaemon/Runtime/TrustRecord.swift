internal import Logging
internal import PIMCore
internal import PIMNode
internal import ServiceLifecycle

/// Who may be a neighbour; under trust on first use also the store of who was trusted (`spec/daemon.md` §8).
///
/// As a service it writes first contacts to the store, off the mesh loop, in their order.
struct TrustRecord: Service {
    let policy: AuthorizationPolicy
    private let store: TrustStore?
    private let contacts: AsyncStream<NodeID>
    private let queue: AsyncStream<NodeID>.Continuation
    private let logger: Logger

    /// - Throws: `PIMError` for a trust store that cannot be read.
    init(_ security: PIMConfiguration.Security, logger: Logger) throws(PIMError) {
        self.logger = logger
        (contacts, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(TrustStore.maximumPeers))
        switch security.authorizationPolicy {
        case .allowAll:
            policy = .allowAll
            store = nil
        case .allowList:
            policy = .allowList(Set(security.authorizedPeers))
            store = nil
        case .trustOnFirstUse:
            let store = try TrustStore(path: security.trustStoreFile)
            policy = .trustOnFirstUse(known: Set(store.peers), capacity: TrustStore.maximumPeers)
            self.store = store
        }
    }

    /// Notes a first contact; called on the mesh loop, so it only queues.
    func trusted(_ node: NodeID) {
        queue.yield(node)
    }

    func run() async throws {
        for await node in contacts.cancelOnGracefulShutdown() {
            do {
                guard try store?.admit(node) == true else { continue }
                logger.notice("peer trusted on first use", metadata: ["peer": "\(node)"])
            } catch {
                logger.error("peer trusted until restart only", metadata: ["peer": "\(node)", "error": "\(error)"])
            }
        }
    }
}

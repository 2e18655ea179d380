internal import Logging
internal import PIMCore
internal import PIMNode

/// Who may be a neighbour; under trust on first use also the store of who was trusted (`spec/daemon.md` §8).
struct TrustRecord: Sendable {
    let policy: AuthorizationPolicy
    /// A service to run, if there is one.
    let store: StoredNodes?
    private let logger: Logger

    /// - Throws: `PIMError` for a trust store that cannot be read.
    init(_ security: PIMConfiguration.Security, logger: Logger) throws(PIMError) {
        self.logger = logger
        switch security.authorizationPolicy {
        case .allowAll:
            policy = .allowAll
            store = nil
        case .allowList:
            policy = .allowList(Set(security.authorizedPeers))
            store = nil
        case .trustOnFirstUse:
            let store = try StoredNodes(path: security.trustStoreFile, key: "peers", logger: logger)
            policy = .trustOnFirstUse(known: store.all, capacity: StoredNodes.maximumNodes)
            self.store = store
        }
    }

    /// Notes a first contact; called on the mesh loop, so the file follows later.
    func trusted(_ node: NodeID) {
        do {
            guard try store?.insert(node) == true else { return }
            logger.notice("peer trusted on first use", metadata: ["peer": "\(node)"])
        } catch {
            logger.error("peer trusted until restart only", metadata: ["peer": "\(node)", "error": "\(error)"])
        }
    }

    /// A trusted node was revoked; if it is restored one day, that is a first contact again.
    func distrusted(_ node: NodeID) {
        store?.remove(node)
    }
}

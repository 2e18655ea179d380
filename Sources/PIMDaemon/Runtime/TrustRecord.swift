internal import Logging
internal import PIMCore
internal import PIMNode
internal import Synchronization

/// The authorization policy of this node, and under trust on first use the store of who was trusted
/// (`spec/daemon.md` §8).
final class TrustRecord: Sendable {
    /// More first uses than this are not admitted: strangers cannot fill the disk.
    static let capacity = 10_000

    let policy: AuthorizationPolicy
    private let store: Mutex<TrustStore>?
    private let queue: AsyncStream<NodeID>.Continuation?

    /// - Throws: `PIMError` for a trust store that cannot be read.
    init(_ security: PIMConfiguration.Security) throws {
        switch security.authorizationPolicy {
        case .allowAll: policy = .allowAll
        case .allowList: policy = .allowList(Set(security.authorizedPeers))
        case .trustOnFirstUse: policy = .trustOnFirstUse(known: [], capacity: Self.capacity)
        }
        store = nil
        queue = nil
    }
}

internal import PIMCore
internal import PIMNode

/// Whom a daemon keeps links to, and who may have one: as the configuration says, and as was asked for while it ran.
struct DialledPeers: Sendable {
    /// So many are dialled at a time that the configuration does not name; the oldest goes.
    static let maximumVisitors = 64

    /// `[[peers]]`
    var configured: [PIMConfiguration.Peer]
    var security: PIMConfiguration.Security
    /// Dialled until their session ends.
    private(set) var visitors: [Visitor] = []
    /// Admitted until the daemon ends.
    var guests: Set<NodeID> = []

    /// Trust on first use has a list of its own, opened at the start.
    private let startedUnderTrust: Bool

    init(configured: [PIMConfiguration.Peer], security: PIMConfiguration.Security) {
        self.configured = configured
        self.security = security
        startedUnderTrust = security.authorizationPolicy == .trustOnFirstUse
    }

    /// Somebody who is dialled on request.
    struct Visitor: Sendable, Equatable {
        var target: DialTarget
        /// Who answered there, or has to.
        var node: NodeID?
        /// What whoever asked for it calls it.
        var label: String?
    }

    mutating func add(_ target: DialTarget) {
        guard !visitors.contains(where: { $0.target == target }) else { return }
        visitors.append(Visitor(target: target, node: target.node))
        if visitors.count > Self.maximumVisitors { visitors.removeFirst() }
    }

    mutating func note(_ node: NodeID, at target: DialTarget, label: String? = nil) {
        for index in visitors.indices where visitors[index].target == target {
            visitors[index].node = node
            visitors[index].label = label
        }
    }

    mutating func removeVisitors(where matches: (Visitor) -> Bool) {
        visitors.removeAll(where: matches)
    }

    /// What the control plane keeps links to.
    var targets: [DialTarget] {
        let configured = configured.compactMap(\.dialTarget)
        return configured + visitors.map(\.target).filter { !configured.contains($0) }
    }

    /// `nil` while the policy of the start stays in force.
    var policy: AuthorizationPolicy? {
        guard !startedUnderTrust else { return nil }
        return switch security.authorizationPolicy {
        case .allowAll: .allowAll
        case .allowList: .allowList(Set(security.authorizedPeers).union(guests))
        case .trustOnFirstUse: nil
        }
    }
}

import PIMCore
import PIMWire

/// One place where a node is said to listen, and what came of it.
struct DiscoveredAddress: Sendable {
    struct Key: Sendable, Hashable {
        var source: BeaconSource
        var port: UInt16
    }

    let key: Key
    let firstSeen: MonotonicTime
    var lastSeen: MonotonicTime
    /// As announced from here: a beacon forged elsewhere changes nothing about it.
    var roles: BeaconRoles
    /// Whether the address is to be tried, not before then.
    var isArmed = false
    var notBefore: MonotonicTime
    /// Attempts since the node was last reached here.
    var failures = 0
    /// When the node last proved that it is here. Nothing that is merely announced takes the place of such an address.
    var provenAt: MonotonicTime?

    init(_ key: Key, roles: BeaconRoles, at time: MonotonicTime) {
        self.key = key
        self.roles = roles
        firstSeen = time
        lastSeen = time
        notBefore = time
    }

    /// The address was announced again. Where a node was before and comes back to after a silence, it is tried afresh.
    mutating func heard(roles: BeaconRoles, at time: MonotonicTime, silence: Duration) {
        if provenAt != nil, failures > 0, lastSeen.advanced(by: silence) <= time {
            failures = 0
            notBefore = time
        }
        lastSeen = time
        self.roles = roles
    }

    var endpoint: String { key.source.endpoint(port: key.port) }

    func isAnnounced(at time: MonotonicTime, within timeout: Duration) -> Bool {
        lastSeen.advanced(by: timeout) > time
    }

    /// Whether the address may be forgotten.
    func isExpired(at time: MonotonicTime, under policy: DiscoveryPolicy) -> Bool {
        guard !isAnnounced(at: time, within: policy.timeout) else { return false }
        guard let provenAt else { return true }
        return max(provenAt, lastSeen).advanced(by: policy.memory) <= time
    }

    /// Whether it may be tried: as long as it is announced; where the node was before, for some attempts longer.
    func isWorthTrying(at time: MonotonicTime, under policy: DiscoveryPolicy) -> Bool {
        isAnnounced(at: time, within: policy.timeout) || (provenAt != nil && failures < policy.maximumAttempts)
    }

    /// What is tried first: where the node was before, then what failed least, then what waits longest.
    func precedes(_ other: DiscoveredAddress) -> Bool {
        if (provenAt == nil) != (other.provenAt == nil) { return provenAt != nil }
        return (failures, notBefore) < (other.failures, other.notBefore)
    }
}

/// A node that announced itself, with every place it is said to be at.
struct DiscoveredNode: Sendable {
    let node: NodeID
    /// The handshake has to present this key (`spec/discovery.md` §12.1).
    let publicKey: [UInt8]
    var addresses: [DiscoveredAddress] = []
    /// The address that is being tried. One at a time: the first that answers makes the others needless.
    var attempted: DiscoveredAddress.Key?

    func index(of key: DiscoveredAddress.Key) -> Int? { addresses.firstIndex { $0.key == key } }

    /// The address to try now.
    func due(at time: MonotonicTime) -> DiscoveredAddress? {
        guard attempted == nil else { return nil }
        return addresses.filter { $0.isArmed && $0.notBefore <= time }.min { $0.precedes($1) }
    }

    /// When one of the addresses is due; `nil` while one is being tried.
    var nextDeadline: MonotonicTime? {
        guard attempted == nil else { return nil }
        return addresses.lazy.filter(\.isArmed).map(\.notBefore).min()
    }

    var isProven: Bool { addresses.contains { $0.provenAt != nil } }
    /// Failures of the address that failed least.
    var failures: Int { addresses.map(\.failures).min() ?? 0 }
}

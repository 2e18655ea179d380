import PIMCore
import PIMWire

/// The nodes that announced themselves nearby, and which of their addresses is tried when.
///
/// Beacons are hints that anybody can forge or play back (`spec/discovery.md` §12.2, §12.3). So none of them replaces what
/// is known, an address where a node has proven itself least of all; each can only add an address, within bounds; and
/// however many come, the attempts they cause are few: one at a time for a node, some at a time in all, fewer to one
/// source, with growing delays for what fails.
struct DiscoveryTable: Sendable {
    enum Outcome: Sendable, Hashable {
        case newNode
        /// A node that was known is said to be there as well.
        case newAddress
        case refreshed
        case refused(MeshCounter)
    }

    /// Where an attempt stands.
    enum Progress: Sendable, Hashable {
        case dialing(DialID)
        case linked(LinkID)
    }

    /// An attempt, from the dial to the confirmed session or the failure.
    struct Attempt: Sendable, Hashable {
        var node: NodeID
        var key: DiscoveredAddress.Key
    }

    let own: NodeID
    private(set) var policy: DiscoveryPolicy
    var nodes: [NodeID: DiscoveredNode] = [:]
    var attempts: [Progress: Attempt] = [:]
    var sources: SourceLedger
    var pace: TokenBucket
    /// When an attempt may be due, at the earliest.
    var attemptsDue: MonotonicTime?
    private var sweepDue: MonotonicTime?
    /// Whether something may have failed since nothing was found that could make room: a flood is not to cause a search
    /// with every beacon.
    var hasFailures = false

    init(own: NodeID, policy: DiscoveryPolicy, at time: MonotonicTime) {
        self.own = own
        self.policy = policy
        sources = SourceLedger(policy.limits)
        let rate = policy.limits.attemptsPerSecond
        pace = TokenBucket(capacity: rate * 4, refillPerSecond: rate, at: time)
    }

    var nextDeadline: MonotonicTime? { .earliest(attemptsDue, sweepDue) }

    /// Notes what a beacon says.
    ///
    /// - Parameter isWanted: Whether a link to the node would be welcome now.
    mutating func receive(
        _ beacon: Beacon, from source: BeaconSource, isWanted: Bool, at time: MonotonicTime
    ) -> Outcome {
        let key = DiscoveredAddress.Key(source: source, port: beacon.port)
        var outcome = Outcome.refreshed
        if let node = nodes[beacon.node] {
            guard node.publicKey == beacon.publicKey else { return .refused(.discoveryKeyMismatch) }
            if let index = node.index(of: key) {
                nodes[beacon.node]?.addresses[index].heard(roles: beacon.roles, at: time, silence: policy.timeout / 2)
            } else {
                guard makeRoom(forAddressOf: beacon.node, from: source) else {
                    return .refused(.discoveryAddressLimit)
                }
                nodes[beacon.node]?.addresses.append(DiscoveredAddress(key, roles: beacon.roles, at: time))
                sources.added(source, at: time)
                outcome = .newAddress
            }
        } else {
            guard makeRoom(forSource: source) else { return .refused(.discoverySourceLimit) }
            guard makeRoomForNode() else { return .refused(.discoveryTableFull) }
            var node = DiscoveredNode(node: beacon.node, publicKey: beacon.publicKey)
            node.addresses = [DiscoveredAddress(key, roles: beacon.roles, at: time)]
            nodes[beacon.node] = node
            sources.added(source, at: time)
            if sweepDue == nil { sweepDue = time.advanced(by: policy.timeout / 2) }
            outcome = .newNode
        }
        if isWanted { arm(beacon.node, key, at: time) }
        return outcome
    }

    /// From now on these rules count: what they do not want is tried no more, what they newly want from its next beacon on.
    mutating func replacePolicy(_ policy: DiscoveryPolicy, at time: MonotonicTime) {
        self.policy = policy
        for (id, node) in nodes {
            for index in node.addresses.indices where !policy.wants(node.addresses[index].roles) {
                nodes[id]?.addresses[index].isArmed = false
            }
        }
        sweepDue = nodes.isEmpty ? nil : time.advanced(by: policy.timeout / 2)
    }

    /// Forgets what nobody announced for too long.
    mutating func sweep(at time: MonotonicTime) {
        guard let due = sweepDue, due <= time else { return }
        for (id, node) in nodes {
            for address in node.addresses where node.attempted != address.key {
                if address.isExpired(at: time, under: policy) { remove(address.key, of: id) }
            }
        }
        sources.sweep(at: time)
        sweepDue = nodes.isEmpty ? nil : time.advanced(by: policy.timeout / 2)
    }

    /// Forgets one address, and the node with its last one.
    mutating func remove(_ key: DiscoveredAddress.Key, of node: NodeID) {
        guard let index = nodes[node]?.index(of: key) else { return }
        nodes[node]?.addresses.remove(at: index)
        if nodes[node]?.addresses.isEmpty == true { nodes[node] = nil }
        sources.removed(key.source)
    }
}

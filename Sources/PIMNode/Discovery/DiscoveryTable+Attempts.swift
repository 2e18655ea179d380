import PIMCore
import PIMWire

/// Which address is tried when.
extension DiscoveryTable {
    /// The nodes that have an address to try now.
    func dueNodes(at time: MonotonicTime) -> [NodeID] {
        guard let due = attemptsDue, due <= time else { return [] }
        return nodes.values.filter { $0.due(at: time) != nil }.map(\.node)
    }

    /// Starts the attempts that are due and within the limits, those that failed least first.
    ///
    /// - Parameter unwanted: Nodes no link is wanted to now; their next beacon asks again.
    mutating func startDue(
        at time: MonotonicTime, except unwanted: Set<NodeID>, numberedBy dials: inout DialSchedule
    ) -> [(DialID, address: String)] {
        guard let due = attemptsDue, due <= time else { return [] }
        var started: [(DialID, address: String)] = []
        for (node, address) in ready(at: time, except: unwanted) {
            guard attempts.count < policy.limits.attempts else { break }
            let source = address.key.source
            let earliest = max(sources.nextAttempt(source, after: time), pace.nextAvailable(after: time))
            guard earliest <= time, let index = nodes[node]?.index(of: address.key), pace.take(at: time) else {
                postpone(address.key, of: node, until: max(earliest, time.advanced(by: .milliseconds(1))))
                continue
            }
            sources.began(source, at: time)
            nodes[node]?.addresses[index].isArmed = false
            nodes[node]?.attempted = address.key
            let dial = dials.makeDial()
            attempts[.dialing(dial)] = Attempt(node: node, key: address.key)
            started.append((dial, address: address.endpoint))
        }
        // With all attempts under way, the next one that ends asks again.
        attemptsDue = attempts.count < policy.limits.attempts ? nodes.values.compactMap(\.nextDeadline).min() : nil
        return started
    }

    /// The best address of each node that may be tried now, in the order to try them. Others are no longer armed.
    private mutating func ready(
        at time: MonotonicTime, except unwanted: Set<NodeID>
    ) -> [(node: NodeID, address: DiscoveredAddress)] {
        var ready: [(node: NodeID, address: DiscoveredAddress)] = []
        for (id, node) in nodes {
            guard let address = node.due(at: time) else { continue }
            if unwanted.contains(id) {
                disarm(id)
            } else if !address.isWorthTrying(at: time, under: policy) {
                disarm(id, only: address.key)
            } else {
                ready.append((id, address))
            }
        }
        return ready.sorted { left, right in
            if left.address.precedes(right.address) { return true }
            return right.address.precedes(left.address) ? false : left.node < right.node
        }
    }

    /// A connection was made for an attempt; its node has to prove itself there.
    mutating func opened(_ dial: DialID, link: LinkID) -> DiscoveredNode? {
        guard let attempt = attempts.removeValue(forKey: .dialing(dial)), let node = nodes[attempt.node] else {
            return nil
        }
        attempts[.linked(link)] = attempt
        return node
    }

    /// A session with the node is confirmed on a link, be it one of ours or not: nothing more is tried.
    mutating func reached(_ node: NodeID, over link: LinkID, at time: MonotonicTime) {
        if let attempt = end(.linked(link), at: time), attempt.node == node,
            let index = nodes[node]?.index(of: attempt.key)
        {
            nodes[node]?.addresses[index].provenAt = time
            nodes[node]?.addresses[index].failures = 0
        }
        disarm(node)
    }

    /// The link is not needed, for there is another one to its node.
    mutating func superseded(_ link: LinkID, at time: MonotonicTime) {
        _ = end(.linked(link), at: time)
    }

    /// An attempt came to nothing; `nil` if it was none of these.
    ///
    /// - Parameter delay: For the number of failures in a row.
    mutating func failed(
        _ progress: Progress, at time: MonotonicTime, delay: (Int) -> Duration
    ) -> (node: NodeID, address: String, delay: Duration)? {
        guard let attempt = end(progress, at: time), let index = nodes[attempt.node]?.index(of: attempt.key),
            var address = nodes[attempt.node]?.addresses[index]
        else { return nil }
        address.failures += 1
        hasFailures = true
        sources.failed(attempt.key.source)
        let isExhausted = address.failures >= policy.maximumAttempts
        let wait = isExhausted ? policy.limits.exhaustedRedial : delay(address.failures)
        address.notBefore = time.advanced(by: wait)
        address.isArmed = true
        nodes[attempt.node]?.addresses[index] = address
        return (attempt.node, address.endpoint, wait)
    }

    /// The session with a node is lost: it is looked for where it was and where it is said to be.
    mutating func lost(_ node: NodeID, at time: MonotonicTime, delay: Duration) {
        for address in nodes[node]?.addresses ?? [] where policy.wants(address.roles) {
            guard let index = nodes[node]?.index(of: address.key) else { continue }
            nodes[node]?.addresses[index].isArmed = true
            postpone(address.key, of: node, until: time.advanced(by: delay))
        }
    }

    /// The network changed: delays are over.
    mutating func hurry(at time: MonotonicTime) {
        for id in nodes.keys {
            for index in nodes[id]?.addresses.indices ?? 0..<0 where nodes[id]?.addresses[index].isArmed == true {
                nodes[id]?.addresses[index].notBefore = time
                attemptsDue = time
            }
        }
    }

    /// Marks an address to be tried, when its delay is over. The greater of two nodes that would dial each other waits a
    /// moment the first time: one connection is enough.
    mutating func arm(_ node: NodeID, _ key: DiscoveredAddress.Key, at time: MonotonicTime) {
        guard let entry = nodes[node], let index = entry.index(of: key), entry.attempted != key,
            policy.wants(entry.addresses[index].roles)
        else { return }
        let isPolite = policy.isDialable && own > node && entry.addresses[index].failures == 0
        if !entry.addresses[index].isArmed, isPolite {
            postpone(key, of: node, until: time.advanced(by: policy.limits.courtesy))
        }
        nodes[node]?.addresses[index].isArmed = true
        attemptsDue = .earliest(attemptsDue, nodes[node]?.addresses[index].notBefore)
    }

    private mutating func postpone(_ key: DiscoveredAddress.Key, of node: NodeID, until time: MonotonicTime) {
        guard let index = nodes[node]?.index(of: key), let address = nodes[node]?.addresses[index] else { return }
        nodes[node]?.addresses[index].notBefore = max(address.notBefore, time)
        attemptsDue = .earliest(attemptsDue, max(address.notBefore, time))
    }

    private mutating func disarm(_ node: NodeID, only key: DiscoveredAddress.Key? = nil) {
        for index in nodes[node]?.addresses.indices ?? 0..<0 {
            guard key == nil || nodes[node]?.addresses[index].key == key else { continue }
            nodes[node]?.addresses[index].isArmed = false
        }
    }

    private mutating func end(_ progress: Progress, at time: MonotonicTime) -> Attempt? {
        guard let attempt = attempts.removeValue(forKey: progress) else { return nil }
        sources.ended(attempt.key.source)
        nodes[attempt.node]?.attempted = nil
        attemptsDue = .earliest(attemptsDue, time)
        return attempt
    }
}

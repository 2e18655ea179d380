import PIMCore
import PIMWire

/// What each source of beacons is charged with: addresses remembered, attempts under way, attempts made.
struct SourceLedger: Sendable {
    private struct Account: Sendable {
        var addresses = 0
        var attempts = 0
        var hasFailures = false
        var pace: TokenBucket
    }

    private let limits: DiscoveryLimits
    private var accounts: [BeaconSource: Account] = [:]

    init(_ limits: DiscoveryLimits) {
        self.limits = limits
    }

    var count: Int { accounts.count }

    func hasRoom(for source: BeaconSource) -> Bool {
        accounts[source]?.addresses ?? 0 < limits.addressesPerSource
    }

    mutating func added(_ source: BeaconSource, at time: MonotonicTime) {
        let fresh = account(at: time)
        accounts[source, default: fresh].addresses += 1
    }

    mutating func removed(_ source: BeaconSource) {
        accounts[source]?.addresses -= 1
    }

    /// When an attempt to the source may start: `time` itself for now.
    func nextAttempt(_ source: BeaconSource, after time: MonotonicTime) -> MonotonicTime {
        guard let account = accounts[source] else { return time }
        guard account.attempts < limits.attemptsPerSource else { return time.advanced(by: limits.firstRedial) }
        return account.pace.nextAvailable(after: time)
    }

    mutating func began(_ source: BeaconSource, at time: MonotonicTime) {
        var account = accounts[source] ?? account(at: time)
        _ = account.pace.take(at: time)
        account.attempts += 1
        accounts[source] = account
    }

    mutating func ended(_ source: BeaconSource) {
        accounts[source]?.attempts -= 1
    }

    mutating func failed(_ source: BeaconSource) {
        accounts[source]?.hasFailures = true
    }

    /// Whether an address under this source may have failed since `forgetFailures`.
    func hasFailures(_ source: BeaconSource) -> Bool { accounts[source]?.hasFailures ?? false }

    mutating func forgetFailures(_ source: BeaconSource) {
        accounts[source]?.hasFailures = false
    }

    /// Forgets sources without addresses. Those that were tried much are kept until their pace has recovered, so that a
    /// source gains nothing by being forgotten.
    mutating func sweep(at time: MonotonicTime) {
        accounts = accounts.filter { _, account in
            account.addresses > 0 || account.attempts > 0 || !account.pace.isFull(at: time)
        }
    }

    private func account(at time: MonotonicTime) -> Account {
        Account(
            pace: TokenBucket(
                capacity: Double(limits.addressesPerSource), refillPerSecond: limits.attemptsPerSecondAndSource,
                at: time))
    }
}

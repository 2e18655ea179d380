internal import Synchronization

/// Whether the kill switch holds this machine's traffic now: told by who installs routes, asked by who would let it out.
final class TrafficHold: Sendable {
    private let state: Atomic<Bool>

    /// - Parameter isHolding: What a killed daemon left.
    init(isHolding: Bool) { state = Atomic(isHolding) }

    var isHolding: Bool { state.load(ordering: .acquiring) }

    func set(_ isHolding: Bool) { state.store(isHolding, ordering: .releasing) }
}

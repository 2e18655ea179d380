import PIMCore

/// The gateway in use. Translation state lives in the gateway, so every change of mind breaks all connections through
/// it: a challenger must be clearly better for 10 s (`spec/routing.md` §16.8). A gateway that is gone is replaced at once.
struct GatewayChoice: Sendable {
    static let patience = Duration.seconds(10)

    private(set) var selected: NodeID?
    private var challenger: NodeID?
    private var challengedSince: MonotonicTime = .zero

    /// Looks at the candidates; `true` when the selection changed.
    mutating func update(_ candidates: [NodeID: GatewayScore], at time: MonotonicTime) -> Bool {
        let best = candidates.min { $0.value == $1.value ? $0.key < $1.key : $0.value < $1.value }
        guard let best else {
            challenger = nil
            defer { selected = nil }
            return selected != nil
        }
        guard let selected, let held = candidates[selected] else {
            challenger = nil
            self.selected = best.key
            return true
        }
        guard best.key != selected, best.value.clearlyBeats(held) else {
            challenger = nil
            return false
        }
        if challenger != best.key {
            challenger = best.key
            challengedSince = time
        }
        guard challengedSince.duration(to: time) >= Self.patience else { return false }
        challenger = nil
        self.selected = best.key
        return true
    }

    var nextDeadline: MonotonicTime? {
        challenger.map { _ in challengedSince.advanced(by: Self.patience) }
    }
}

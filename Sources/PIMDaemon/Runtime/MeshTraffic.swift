internal import PIMCore

/// What went through this node since it started, and what did not and why.
struct MeshTraffic: Sendable {
    private(set) var forwardedPackets: UInt64 = 0
    private(set) var forwardedBytes: UInt64 = 0
    private(set) var dropped: UInt64 = 0
    private(set) var counters: [MeshCounter: UInt64] = [:]
    /// What went into ``dropped``, by reason.
    private(set) var drops: [MeshCounter: UInt64] = [:]

    var congestionDrops: UInt64 { counters[.congested, default: 0] }

    /// What most drops were for.
    var mostFrequentDrop: MeshCounter? { drops.max { $0.value < $1.value }?.key }

    mutating func forwarded(bytes: Int) {
        forwardedPackets &+= 1
        forwardedBytes &+= UInt64(bytes)
    }

    mutating func count(_ counter: MeshCounter, times: Int = 1) {
        counters[counter, default: 0] &+= UInt64(clamping: times)
    }

    /// Takes what the control plane refused among the dropped: frames beyond what a peer may send
    /// (`spec/scenarios.md` PH-5).
    mutating func include(refused count: UInt64, as counter: MeshCounter) {
        guard count > 0 else { return }
        dropped &+= count
        drops[counter, default: 0] &+= count
    }

    mutating func drop(_ counter: MeshCounter) {
        dropped &+= 1
        drops[counter, default: 0] &+= 1
        count(counter)
    }
}

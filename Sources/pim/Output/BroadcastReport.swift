import PIMRPC

/// `peers.get_broadcast_state` as text.
struct BroadcastReport {
    private let state: BroadcastState

    init(_ state: BroadcastState) {
        self.state = state
    }

    var lines: [String] {
        let last = state.lastBroadcastMilliseconds.map { time in
            let to = state.lastRecipientCount.map { $0 == 1 ? " to 1 node" : " to \($0) nodes" } ?? ""
            return Printable.localTime(milliseconds: time) + to
        }
        let fields = [
            ("outgoing", state.outgoingIntervalSeconds.map { "every \(Printable.duration(seconds: $0))" } ?? "off"),
            ("incoming", state.watchIncoming ? "taken" : "ignored"),
            ("per peer", "at most one in \(Printable.duration(seconds: state.minimumPeerIntervalSeconds))"),
            ("last time", last ?? "never"),
        ]
        return fields.map { "\($0.0):".padding(to: 11) + $0.1 }
    }
}

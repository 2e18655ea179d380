/// The two queues of a link. What waits in the control lane always leaves before what waits in the data lane.
public enum Lane: Sendable, Hashable, CaseIterable {
    /// Handshakes, routing, liveness, Goodbye.
    case control
    /// Packets and payloads, own and relayed.
    case data
}

/// The queues of a link. What waits in the control lane always leaves before what waits in the data lane.
public enum Lane: Sendable, Hashable, CaseIterable {
    /// Handshakes, routing, liveness.
    case control
    /// Packets and payloads, own and relayed; shared out fairly.
    case data
    /// Goodbye: behind everything else, since the other end hangs up when it reads it.
    case final
}

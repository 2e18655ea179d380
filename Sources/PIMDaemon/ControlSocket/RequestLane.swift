/// What requests of one client wait for: the earlier ones of the same lane.
///
/// So a call sees what an earlier one did, and a plugin that does not answer holds up calls to itself and to nobody else.
enum RequestLane: Sendable, Hashable {
    /// The daemon's own methods, in order.
    case daemon
    /// A plugin's methods, in order.
    case namespace(String)
    /// Methods that wait for others, each by itself.
    case none
}

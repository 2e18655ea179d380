/// What ``PluginHost/deliver(_:)`` did with a payload.
public enum DeliveryOutcome: Sendable, Hashable {
    /// It waits in the plugin's mailbox. A flood from its own source can still push it out before a handler sees it.
    case queued
    /// It is gone, and counted under this reason.
    case dropped(DropReason)
}

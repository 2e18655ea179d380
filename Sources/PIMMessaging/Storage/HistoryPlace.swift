internal import PIMCore

/// Where a message stands in its conversation.
enum HistoryPlace {
    /// How far a sender's clock may be ahead of ours before it is not believed.
    static let tolerance: Int64 = 5 * 60 * 1000
    /// How late a message can plausibly arrive.
    static let lateness: Int64 = 30 * 24 * 3600 * 1000

    /// The sender's time if it is plausible, otherwise the moment of arrival.
    ///
    /// Messages of honest clocks, late ones included, stand where they were written, which keeps paging by
    /// `before_ts_ms` exact. A clock that runs far ahead or was never set does not put a message at the head or the far
    /// end of the history (`spec/messaging.md` §14, §18.9): it stands where it arrived, and the sender's time is only
    /// shown.
    static func milliseconds(timestamp: Int64, arrived: Int64) -> Int64 {
        // Neither bound can overflow: `arrived` comes from this node's wall clock.
        let isPlausible = timestamp <= arrived + tolerance && timestamp >= arrived - lateness
        return SafetyRule.messageTime.permits(isPlausible) ? timestamp : arrived
    }
}

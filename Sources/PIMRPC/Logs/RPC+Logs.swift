internal import PIMCore

extension RPC {
    public static let logsSubscribe = RPCMethod<LogFilter, LogSubscription>(
        "logs.subscribe",
        summary: "Sends logs.event notifications; the first one on a connection starts with the kept history.",
        errors: [.invalidParams])

    static let logsEvent = RPCEventDescription(
        .logs, summary: "One line of the daemon's log; after a gap, one that says how many lines are missing.",
        parameters: LogEntry.self, noticesGaps: false)
}

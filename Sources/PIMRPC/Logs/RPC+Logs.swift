internal import PIMCore

extension RPC {
    public static let logsSubscribe = RPCMethod<LogFilter, LogSubscription>(
        "logs.subscribe",
        summary: "Sends logs.event notifications; the first one on a connection starts with the kept history.",
        errors: [.invalidParams])
}

import PIMClient
import PIMCore
import PIMRPC

/// Pings a node again and again.
struct PingSeries: Sendable {
    var client: ControlClient
    var target: NodeID
    /// `nil` goes on until the task is cancelled.
    var count: Int?
    var interval: Duration
    var timeout: Duration
    var size: Int
    /// Called for each ping; `nil` stands for an answer that did not come, for the reason given.
    var report: @Sendable (_ number: Int, _ reply: PingResult?, _ reason: String) -> Void

    /// What came of it, and what put an end to it before its time, such as a daemon that has gone.
    typealias Outcome = (summary: PingSummary, failure: (any Error)?)

    /// - Throws: What happened to the first one: the node is not known, or there is no way to it.
    func run() async throws -> Outcome {
        var summary = PingSummary(of: target)
        while count.map({ summary.sent < $0 }) ?? true {
            let began = ContinuousClock.now
            do {
                let reply = try await client.call(RPC.ping, parameters, timeout: timeout + .seconds(5))
                summary.add(reply)
                report(summary.sent, reply, "")
            } catch let error as RPCError where error.code == .noAnswer || summary.sent > 0 {
                summary.add(nil)
                report(summary.sent, nil, error.message)
            } catch is CancellationError {
                break
            } catch  where summary.sent > 0 {
                return (summary, error)
            }
            if count == summary.sent { break }
            do {
                try await Task.sleep(until: began + interval)
            } catch {
                break
            }
        }
        return (summary, nil)
    }

    private var parameters: PingParameters {
        PingParameters(nodeID: target, timeoutMilliseconds: Int(timeout.wholeMilliseconds), size: size)
    }
}

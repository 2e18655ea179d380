internal import PIMCore
internal import PIMHost
internal import PIMRPC

extension LaggedNotice {
    /// The notification that tells a client how many events of a stream it lost. On the log stream it has the shape of a log
    /// line, so that every log view shows the gap.
    static func line(of stream: EventStream, dropped: Int) -> [UInt8] {
        let now = RPCTimestamp.now
        let parameters: [UInt8]?
        if stream == .logs {
            parameters = try? RPCCoding.encode(
                LogEntry(
                    timestamp: now, level: .warn, source: "pim_daemon::control_socket",
                    message: "log lines were skipped, this client reads too slowly",
                    fields: [LaggedNotice.kind: .integer(Int64(dropped))]))
        } else {
            parameters = try? RPCCoding.encode(LaggedNotice(dropped: dropped, at: now))
        }
        return RPCLine.notification(stream.event, parameters: parameters ?? Array("{}".utf8))
    }
}

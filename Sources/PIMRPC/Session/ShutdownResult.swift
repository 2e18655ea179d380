/// The result of `daemon.shutdown`.
public struct ShutdownResult: Codable, Sendable, Hashable {
    /// The process that is about to end.
    public var pid: Int32

    public init(pid: Int32) {
        self.pid = pid
    }
}

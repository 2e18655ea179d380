internal import PIMHost
internal import PIMRPC

extension RPCTimestamp {
    /// What this machine's calendar says, with milliseconds.
    static var now: String { milliseconds(unix: Int64(clamping: WallClock.unixMilliseconds)) }
}

import NIOCore

/// What carries the bytes of a `LinkEndpoint`: a TCP connection, or one end of a pair in memory.
///
/// Confined to the endpoint's loop. In return it calls the endpoint: `opened` once, `received`, `flush` when asked to or
/// when it can take bytes again, and `ended` exactly once and last, never from inside one of these methods.
protocol LinkCarrier: AnyObject {
    /// Whether the caller is where links live; asked by assertions only.
    var isConfined: Bool { get }
    /// Whether it wants more bytes now.
    var isWritable: Bool { get }
    /// Takes bytes; it may keep them back until `flush`.
    func write(_ chunk: ByteBuffer)
    func flush()
    /// Has `LinkEndpoint.flush` called once, after the work at hand; `yielding` lets other links read and write before.
    func requestFlush(yielding: Bool)
    /// Reads nothing for so long, unless it does so already.
    func rest(for pause: Duration)
    /// Lets everything written leave, then ends the stream; gives up after `linger`.
    func finish(linger: Duration)
    /// Ends the connection now; what was not sent is lost.
    func abort()
    /// Runs `work` later, unless the timer is cancelled.
    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> LinkTimer
}

/// Work that can be called off.
struct LinkTimer {
    let cancel: () -> Void
}

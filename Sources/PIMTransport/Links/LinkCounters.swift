/// What went over one link since it was opened.
public struct LinkCounters: Sendable, Hashable {
    /// Bytes of the stream, preamble and framing included.
    public internal(set) var bytesReceived: UInt64 = 0
    public internal(set) var bytesSent: UInt64 = 0
    /// Messages of the stream, whatever became of them.
    public internal(set) var framesReceived: UInt64 = 0
    public internal(set) var framesSent: UInt64 = 0
    /// Data frames that opened.
    public internal(set) var framesOpened: UInt64 = 0
    /// Messages yielded as `.dropped`.
    public internal(set) var framesDropped: UInt64 = 0
    /// Relayed frames that were queued and dropped because others needed their room.
    public internal(set) var framesShed: UInt64 = 0
    /// Frames refused because their lane was full.
    public internal(set) var framesCongested: UInt64 = 0

    public init() {}
}

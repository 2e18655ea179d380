import NIOCore
import NIOPosix

/// The socket options of mesh connections (`spec/transport.md` §12.4).
enum SocketTuning {
    /// Bytes the kernel holds unsent at first: more would let data delay the control frames behind it.
    private static let unsentLimit = DrainRate.most

    /// Bytes taken from one link in a turn of the loop.
    private static let readLimit = 128 << 10

    /// Whether a read has probably left bytes behind: it filled its buffer, which is large only on busy links.
    static func isFullRead(_ bytes: ByteBuffer) -> Bool {
        bytes.writableBytes == 0 && bytes.readableBytes >= readLimit / 4
    }

    /// Sets what the platform knows. An option it refuses is no reason to do without the connection.
    static func apply(to channel: any Channel, sendTimeout: Duration, mark: UInt32?) {
        let seconds = Int(min(max(1, sendTimeout.components.seconds), 86_400))
        setMark(mark, on: channel)
        set(.tcp, .tcp_nodelay, 1, on: channel)
        set(.socket, .so_keepalive, 1, on: channel)
        #if os(Linux)
            // Numbers of <netinet/tcp.h>, which the library does not name.
            set(.tcp, NIOBSDSocket.Option(rawValue: 4), 10, on: channel)  // TCP_KEEPIDLE
            set(.tcp, NIOBSDSocket.Option(rawValue: 5), 5, on: channel)  // TCP_KEEPINTVL
            set(.tcp, NIOBSDSocket.Option(rawValue: 6), 3, on: channel)  // TCP_KEEPCNT
            set(.tcp, NIOBSDSocket.Option(rawValue: 18), seconds * 1000, on: channel)  // TCP_USER_TIMEOUT
            set(.tcp, NIOBSDSocket.Option(rawValue: 25), unsentLimit, on: channel)  // TCP_NOTSENT_LOWAT
        #elseif canImport(Darwin)
            set(.tcp, NIOBSDSocket.Option(rawValue: 0x10), 10, on: channel)  // TCP_KEEPALIVE
            set(.tcp, NIOBSDSocket.Option(rawValue: 0x80), seconds, on: channel)  // TCP_RXT_CONNDROPTIME
            set(.tcp, NIOBSDSocket.Option(rawValue: 0x201), unsentLimit, on: channel)  // TCP_NOTSENT_LOWAT
        #endif
        try? channel.syncOptions?.setOption(
            .writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: 32 << 10, high: 128 << 10))
        // One read of a busy link, then the others have their turn: a few hundred frames, under a millisecond.
        try? channel.syncOptions?.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: readLimit))
        try? channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
    }

    /// Marks what a socket sends. For connections it has to be done before they are made: the first packet counts.
    static func setMark(_ mark: UInt32?, on channel: any Channel) {
        #if os(Linux)
            guard let mark else { return }
            set(.socket, NIOBSDSocket.Option(rawValue: 36), Int(mark), on: channel)  // SO_MARK
        #endif
    }

    /// Limits the bytes that wait unsent, in the kernel and in front of it, so that nothing waits long behind them.
    static func limitBacklog(of channel: any Channel, to bytes: Int) {
        #if os(Linux)
            set(.tcp, NIOBSDSocket.Option(rawValue: 25), bytes, on: channel)  // TCP_NOTSENT_LOWAT
        #elseif canImport(Darwin)
            set(.tcp, NIOBSDSocket.Option(rawValue: 0x201), bytes, on: channel)
        #endif
        try? channel.syncOptions?.setOption(
            .writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: bytes / 4, high: bytes))
    }

    /// Changes what the other end may have under way to this one.
    ///
    /// The buffer stays large, for what is under way already would not fit into a smaller one; but its size is fixed
    /// meanwhile, or the kernel would undo the limit with its next enlargement. That takes CAP_NET_ADMIN, which a node with
    /// an interface has; without it the limit holds only until then.
    static func apply(_ change: ReceiveWindow.Change, to channel: any Channel) {
        #if os(Linux)
            switch change {
            case .limit(let bytes):
                set(.socket, NIOBSDSocket.Option(rawValue: 33), ReceiveWindow.most, on: channel)  // SO_RCVBUFFORCE
                set(.tcp, NIOBSDSocket.Option(rawValue: 10), bytes, on: channel)  // TCP_WINDOW_CLAMP
            case .release:
                set(.tcp, NIOBSDSocket.Option(rawValue: 10), Int(Int32.max), on: channel)
                set(.socket, NIOBSDSocket.Option(rawValue: 72), 0, on: channel)  // SO_BUF_LOCK
            }
        #endif
    }

    private static func set(
        _ level: NIOBSDSocket.OptionLevel, _ name: NIOBSDSocket.Option, _ value: Int, on channel: any Channel
    ) {
        let option = ChannelOptions.Types.SocketOption(level: level, name: name)
        try? channel.syncOptions?.setOption(option, value: value)
    }
}

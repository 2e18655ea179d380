import DequeModule
import NIOCore
import PIMWire

/// One queue of a link: encoded stream messages back to back in large buffers, Data frames not sealed yet.
///
/// Frames are copied in once and sealed where they stand when they are written. Nothing a sender gave is kept, so the
/// memory of a link that cannot write is what `capacity` says.
struct OutboundLane {
    /// Buffers do not grow beyond this, unless for a single larger message.
    static let chunkBytes = 64 << 10

    /// Bytes of messages waiting.
    private(set) var bytes = 0
    private let capacity: Int
    private var full: Deque<ByteBuffer> = []
    private var tail: ByteBuffer?
    /// How many of the buffers at the front are sealed already.
    private var sealedChunks = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether at most half of the capacity is used.
    var isBelowLowWaterMark: Bool { bytes <= capacity / 2 }

    /// Appends a message of `size` bytes that `write` fills in; `false` when there is no room.
    ///
    /// - Parameter limit: Buffers do not grow beyond this, unless for a single larger message.
    mutating func append(
        size: Int, limit: Int = chunkBytes, pool: ChunkPool?, _ write: (UnsafeMutableRawBufferPointer) -> Void
    ) -> Bool {
        guard bytes + size <= capacity else { return false }
        // What was shed at the front of a buffer counts as well: its room does not come back.
        if let last = tail, last.readableBytes > 0, last.writerIndex + size > limit {
            full.append(last)
            tail = nil
        }
        var chunk = tail.take() ?? pool?.take(size) ?? ChunkPool.allocate(size)
        chunk.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
            write(UnsafeMutableRawBufferPointer(rebasing: space[..<size]))
            return size
        }
        bytes += size
        tail = chunk
        return true
    }

    /// The oldest buffer and whether its frames are sealed.
    mutating func popFirst() -> (chunk: ByteBuffer, isSealed: Bool)? {
        guard let chunk = full.popFirst() ?? tail.take() else { return nil }
        bytes -= chunk.readableBytes
        let isSealed = sealedChunks > 0
        if isSealed { sealedChunks -= 1 }
        return (chunk, isSealed)
    }

    /// Gives an empty lane a buffer to use.
    mutating func offer(_ spare: ByteBuffer) {
        guard tail == nil, full.isEmpty else { return }
        var spare = spare
        spare.clear()
        tail = spare
    }

    /// Drops the oldest message and returns its size; 0 when nothing waits. Not for sealed messages, which must not miss.
    mutating func dropFirst() -> Int {
        if full.isEmpty {
            guard let dropped = Self.dropMessage(&tail) else { return 0 }
            bytes -= dropped
            return dropped
        }
        var first: ByteBuffer? = full.removeFirst()
        let dropped = Self.dropMessage(&first) ?? 0
        if let first { full.prepend(first) }
        bytes -= dropped
        return dropped
    }

    private static func dropMessage(_ chunk: inout ByteBuffer?) -> Int? {
        guard let length = chunk?.getInteger(at: chunk?.readerIndex ?? 0, as: UInt32.self) else { return nil }
        let size = min(WireLimits.streamPrefix + Int(length), chunk?.readableBytes ?? 0)
        chunk?.moveReaderIndex(forwardBy: size)
        if chunk?.readableBytes == 0 { chunk = nil }
        return size
    }

    /// Seals everything that waits; what is appended later stays apart.
    mutating func sealAll<Failure>(_ seal: (inout ByteBuffer) throws(Failure) -> Void) throws(Failure) {
        if let last = tail.take() { full.append(last) }
        while sealedChunks < full.count {
            try seal(&full[sealedChunks])
            sealedChunks += 1
        }
    }

    mutating func discard() {
        full = []
        tail = nil
        bytes = 0
        sealedChunks = 0
    }
}

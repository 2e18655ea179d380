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
    mutating func append(size: Int, pool: ChunkPool?, _ write: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
        guard bytes + size <= capacity else { return false }
        if let last = tail, last.readableBytes + size > Self.chunkBytes {
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

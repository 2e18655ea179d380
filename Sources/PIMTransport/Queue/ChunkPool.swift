import DequeModule
import NIOCore

/// Write buffers shared by all links of one loop, so that an idle link owns none and a busy one allocates none.
///
/// Buffers are given when they are handed to the socket and taken again in the same order, so that the socket has usually
/// let go of one when its turn comes. Where it has not, taking it allocates anew.
///
/// Confined to its loop. Holds at most `capacity` buffers.
final class ChunkPool {
    private var spares: Deque<ByteBuffer> = []
    private let capacity: Int

    /// Buffers below or above these sizes are not worth keeping, bytes.
    private static let usefulCapacity = OutboundLane.chunkBytes / 4...OutboundLane.chunkBytes * 4
    /// How many have to be given behind a buffer before it is taken.
    private static let rest = 4

    init(capacity: Int = 12) {
        self.capacity = capacity
    }

    /// An empty buffer with room for at least `bytes`.
    func take(_ bytes: Int) -> ByteBuffer {
        guard spares.count > Self.rest, var spare = spares.popFirst() else { return Self.allocate(bytes) }
        spare.clear()
        return spare
    }

    /// Returns a buffer; somebody may still be reading it.
    func give(_ chunk: ByteBuffer) {
        guard spares.count < capacity, Self.usefulCapacity.contains(chunk.capacity) else { return }
        spares.append(chunk)
    }

    static func allocate(_ bytes: Int) -> ByteBuffer {
        ByteBufferAllocator().buffer(capacity: max(bytes, 512))
    }
}

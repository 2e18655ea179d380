import NIOCore

/// Write buffers shared by all links of one loop, so that an idle link owns none and a busy one allocates none.
///
/// Confined to its loop. Holds at most `capacity` buffers.
final class ChunkPool {
    private var spares: [ByteBuffer] = []
    private let capacity: Int

    /// Buffers below or above these sizes are not worth keeping, bytes.
    private static let usefulCapacity = OutboundLane.chunkBytes / 4...OutboundLane.chunkBytes * 4

    init(capacity: Int = 8) {
        self.capacity = capacity
    }

    /// An empty buffer with room for at least `bytes`.
    func take(_ bytes: Int) -> ByteBuffer {
        guard var spare = spares.popLast() else { return Self.allocate(bytes) }
        // Allocates anew when somebody still holds the storage.
        spare.clear()
        return spare
    }

    /// Whether it is worth waiting for this buffer to be written.
    func wants(_ chunk: ByteBuffer) -> Bool {
        spares.count < capacity && Self.usefulCapacity.contains(chunk.capacity)
    }

    /// Returns a buffer that was written.
    func give(_ chunk: ByteBuffer) {
        if wants(chunk) { spares.append(chunk) }
    }

    static func allocate(_ bytes: Int) -> ByteBuffer {
        ByteBufferAllocator().buffer(capacity: max(bytes, 512))
    }
}

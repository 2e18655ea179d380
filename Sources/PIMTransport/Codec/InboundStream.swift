import NIOCore
import PIMCore
import PIMWire

/// Cuts the received bytes of one link into messages where they lie (`spec/wire.md` §5).
///
/// Holds at most one incomplete message beyond what was appended last. A message above the caller's limit but within the
/// wire format's is not stored at all: its bytes are thrown away as they come.
struct InboundStream {
    /// Bytes from the reader index on belong to this value alone: a slice handed up only covers bytes before it.
    private var buffer = ByteBuffer()
    /// Whether `buffer` was allocated here and nothing was sliced from it, so that appending copies nothing else.
    private var isPrivate = false
    /// Whether `buffer` was allocated here at all.
    private var isOwn = false
    /// Where buffers for messages in pieces come from and go.
    private let pool: ChunkPool?
    /// Bytes of a refused message that are still to come.
    private var bytesToSkip = 0

    init(pool: ChunkPool? = nil) {
        self.pool = pool
    }

    enum Piece: Equatable {
        /// A whole message of this many bytes, behind its length at the front.
        case message(Int)
        /// A message above the limit; its bytes are thrown away already, or will be.
        case refused
    }

    /// Bytes held that no message has used yet.
    var bufferedBytes: Int { buffer.readableBytes }

    /// Takes over the storage of `bytes`, which will be modified in place: nobody else may read it any more.
    mutating func append(owned bytes: ByteBuffer) {
        var bytes = bytes
        if bytesToSkip > 0 {
            let skipped = min(bytesToSkip, bytes.readableBytes)
            bytes.moveReaderIndex(forwardBy: skipped)
            bytesToSkip -= skipped
        }
        guard bytes.readableBytes > 0 else { return }
        if buffer.readableBytes == 0 {
            giveBack()
            buffer = bytes
            isPrivate = false
        } else {
            join(bytes)
        }
    }

    /// Completes an incomplete message, in a buffer that has room for all of it.
    private mutating func join(_ bytes: ByteBuffer) {
        let total = buffer.readableBytes + bytes.readableBytes
        if !isPrivate || buffer.writableBytes < bytes.readableBytes {
            let announced = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self).map { Int($0) } ?? 0
            let expected = WireLimits.streamPrefix + min(announced, WireLimits.streamMessage)
            let size = max(total, expected)
            var joined = pool?.take(size) ?? ChunkPool.allocate(size)
            joined.reserveCapacity(size)
            joined.writeImmutableBuffer(buffer)
            giveBack()
            buffer = joined
            isPrivate = true
            isOwn = true
        }
        buffer.writeImmutableBuffer(bytes)
    }

    /// The first bytes of the stream, before any framing.
    mutating func takePreamble(_ count: Int) -> [UInt8]? {
        buffer.readBytes(length: count)
    }

    /// Looks at the front of the stream; `nil` when more bytes are needed.
    mutating func next(limit: Int) throws(LinkProtocolError) -> Piece? {
        guard let announced = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else {
            releaseIfEmpty()
            return nil
        }
        guard SafetyRule.framing.permits(announced <= WireLimits.streamMessage) else {
            throw LinkProtocolError(.oversizeMessage)
        }
        let length = Int(announced)
        let rest = buffer.readableBytes - WireLimits.streamPrefix
        guard length <= limit else {
            let skipped = min(length, rest)
            buffer.moveReaderIndex(forwardBy: WireLimits.streamPrefix + skipped)
            bytesToSkip = length - skipped
            return .refused
        }
        return rest >= length ? .message(length) : nil
    }

    /// Gives access to the message at the front, to change it in place.
    func withMessage<Result, Failure>(
        _ length: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = buffer.readerIndex + WireLimits.streamPrefix
        return try buffer.withExclusivelyOwnedBytes(start..<start + length, body)
    }

    /// A part of the message at the front, without copying.
    func slice(at offset: Int, length: Int) -> ByteBuffer? {
        buffer.getSlice(at: buffer.readerIndex + WireLimits.streamPrefix + offset, length: length)
    }

    /// The message at the front is done with.
    mutating func consume(_ length: Int) {
        buffer.moveReaderIndex(forwardBy: WireLimits.streamPrefix + length)
        isPrivate = false
    }

    /// Gives the receive buffer back to whoever pools it.
    private mutating func releaseIfEmpty() {
        guard buffer.readableBytes == 0 else { return }
        giveBack()
        buffer = ByteBuffer()
    }

    /// The buffer at hand is about to be let go.
    private mutating func giveBack() {
        if isOwn { pool?.give(buffer) }
        isOwn = false
    }
}

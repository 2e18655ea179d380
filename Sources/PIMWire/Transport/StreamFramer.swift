/// Cuts a byte stream into messages. `spec/wire.md` §5.
///
/// Holds at most one incomplete message (`limit` + 4 bytes) plus what was appended since the last `nil` from `next()`,
/// so a caller that drains it after every read is bounded. An oversize length is final: the buffer is released,
/// everything appended afterwards is discarded, and every `next()` throws again; the caller closes the connection (§20.1).
public struct StreamFramer: Sendable {
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var failed = false

    /// - Parameter limit: largest message accepted, in bytes; a link without a session may ask for less.
    public init(limit: Int = WireLimits.streamMessage) {
        self.limit = min(max(limit, 0), WireLimits.streamMessage)
    }

    /// Bytes held that no message has used yet.
    public var bufferedBytes: Int { buffer.count - start }

    public mutating func append(_ bytes: some Collection<UInt8>) {
        guard !failed else { return }
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete message, which may be empty; `nil` when more bytes are needed.
    ///
    /// - Throws: `tooLarge` as soon as the four bytes of an oversize length are there.
    public mutating func next() throws(WireError) -> [UInt8]? {
        if failed { throw Self.oversize }
        var reader = ByteReader(buffer[start...])
        guard reader.remaining >= WireLimits.streamPrefix else { return nil }
        let length = Int(try reader.uint32())
        guard length <= limit else {
            failed = true
            buffer = []
            start = 0
            throw Self.oversize
        }
        guard reader.remaining >= length else {
            compact()
            return nil
        }
        let message = Array(try reader.bytes(length))
        start += WireLimits.streamPrefix + length
        return message
    }

    private static let oversize = WireError(.tooLarge, "stream message")

    /// Moves the rest to the front, so that used messages do not add up.
    private mutating func compact() {
        guard start > 0 else { return }
        buffer.removeFirst(start)
        start = 0
    }
}

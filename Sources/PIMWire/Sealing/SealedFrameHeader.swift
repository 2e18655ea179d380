/// The identifier of a session between two nodes, which both derive from their key agreement. `design/extensions.md` §4.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue, radix: 16) }
}

/// The first 17 bytes of a sealed payload or sealed packet: the payload of a mesh frame with `isControl`.
/// `design/extensions.md` §5.
public struct SealedFrameHeader: Hashable, Sendable {
    /// What is sealed.
    public enum Tag: UInt8, Hashable, Sendable {
        /// A payload of a plugin, or the empty confirmation of a session.
        case payload = 0x42
        /// IP packets.
        case packets = 0x43
    }

    public static let byteCount = WireLimits.sealedHeader

    public var tag: Tag
    public var session: SessionID
    /// Below 2⁴⁸.
    public var counter: UInt64

    public init(tag: Tag, session: SessionID, counter: UInt64) {
        self.tag = tag
        self.session = session
        self.counter = counter
    }

    /// Whether a routed control frame is a sealed one, by its first byte.
    public static func isSealed(_ firstByte: UInt8?) -> Bool {
        firstByte.map { Tag(rawValue: $0) != nil } ?? false
    }

    /// Reads the header of a whole sealed frame.
    ///
    /// - Throws: `truncated` for less than header and authentication tag, `unknownControlTag`, `tooLarge` for a counter of
    ///   2⁴⁸ and above.
    public init(decoding frame: UnsafeRawBufferPointer) throws(WireError) {
        guard frame.count >= WireLimits.sealedOverhead else { throw WireError(.truncated, "sealed frame") }
        guard let tag = Tag(rawValue: frame[0]) else { throw WireError(.unknownControlTag, "sealed frame") }
        let counter = frame.bigEndian(at: 9, as: UInt64.self)
        guard counter < WireLimits.sealedCounterEnd else { throw WireError(.tooLarge, "counter of a sealed frame") }
        self.init(
            tag: tag, session: SessionID(rawValue: frame.bigEndian(at: 1, as: UInt64.self)), counter: counter)
    }

    /// Writes the 17 bytes to the front of `buffer`.
    ///
    /// - Throws: `truncated` when the buffer is shorter.
    public func write(to buffer: UnsafeMutableRawBufferPointer) throws(WireError) {
        guard buffer.count >= Self.byteCount else { throw WireError(.truncated, "buffer for a sealed frame") }
        buffer[0] = tag.rawValue
        buffer.store(bigEndian: session.rawValue, at: 1)
        buffer.store(bigEndian: counter, at: 9)
    }
}

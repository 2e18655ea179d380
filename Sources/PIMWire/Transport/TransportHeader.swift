/// The first 20 bytes of a transport frame. `spec/wire.md` §6.
///
/// A value without heap storage: every frame of a stream passes through one.
public struct TransportHeader: Hashable, Sendable {
    /// Size on the wire, in bytes.
    public static let byteCount = WireLimits.transportHeader
    static let magic: UInt16 = 0x504d
    static let version: UInt8 = 1

    public var type: FrameType
    /// Payload bytes, without nonce and tag.
    public var length: Int
    public var nonce: Nonce

    public init(type: FrameType, length: Int, nonce: Nonce = .zero) {
        self.type = type
        self.length = length
        self.nonce = nonce
    }

    /// Bytes of the whole frame: header, payload and tag.
    public var frameLength: Int { length + WireLimits.transportOverhead }

    /// Reads the header at the front of `bytes` and ignores what follows.
    ///
    /// - Throws: in this order `truncated`, `badMagic`, `unsupportedVersion`, `unknownFrameType`, `tooLarge`.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> TransportHeader {
        guard bytes.count >= byteCount else { throw WireError(.truncated, "transport header") }
        guard bytes.bigEndian(at: 0, as: UInt16.self) == magic else { throw WireError(.badMagic, "transport header") }
        guard bytes[2] == version else { throw WireError(.unsupportedVersion, "transport header") }
        guard let type = FrameType(rawValue: bytes[3]) else { throw WireError(.unknownFrameType, "transport header") }
        let length = bytes.bigEndian(at: 4, as: UInt32.self)
        guard length <= WireLimits.transportPayload else { throw WireError(.tooLarge, "transport payload") }
        let nonce = Nonce(
            prefix: bytes.bigEndian(at: 8, as: UInt64.self), counter: bytes.bigEndian(at: 16, as: UInt32.self))
        return TransportHeader(type: type, length: Int(length), nonce: nonce)
    }

    /// The same for bytes in an array.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> TransportHeader {
        try bytes.withUnsafeBytes { raw in Result { () throws(WireError) in try decode(raw) } }.get()
    }

    /// Writes the 20 bytes to the front of `buffer`.
    ///
    /// - Throws: `truncated` when the buffer is shorter, `tooLarge` when the length is above the limit of a stream.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) throws(WireError) {
        guard buffer.count >= Self.byteCount else { throw WireError(.truncated, "buffer for a transport header") }
        guard let length = UInt32(exactly: length), length <= WireLimits.streamPayload else {
            throw WireError(.tooLarge, "transport payload")
        }
        buffer.store(bigEndian: Self.magic, at: 0)
        buffer[2] = Self.version
        buffer[3] = type.rawValue
        buffer.store(bigEndian: length, at: 4)
        buffer.store(bigEndian: nonce.prefix, at: 8)
        buffer.store(bigEndian: nonce.counter, at: 16)
    }
}

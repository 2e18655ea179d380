public import PIMCore

/// Reads big-endian values from the front of a piece of memory, never past its end. `spec/wire.md` §1.
///
/// A read that does not fit throws `WireError.Code.truncated` and consumes nothing.
public struct ByteReader: Sendable {
    private let source: ArraySlice<UInt8>
    private var position: Int

    public init(_ bytes: ArraySlice<UInt8>) {
        source = bytes
        position = bytes.startIndex
    }

    public init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    /// Bytes not read yet.
    public var remaining: Int { source.endIndex - position }

    /// Refuses to go on unless `count` bytes are left; `context` names the frame in the error.
    public func require(_ count: Int, _ context: @autoclosure () -> String) throws(WireError) {
        guard remaining >= count else { throw WireError(.truncated, context()) }
    }

    public mutating func uint8() throws(WireError) -> UInt8 { try integer() }
    public mutating func uint16() throws(WireError) -> UInt16 { try integer() }
    public mutating func uint32() throws(WireError) -> UInt32 { try integer() }
    public mutating func uint64() throws(WireError) -> UInt64 { try integer() }

    /// The next `count` bytes, sharing the storage of the source.
    public mutating func bytes(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw WireError(.truncated, "byte string") }
        defer { position += count }
        return source[position..<position + count]
    }

    public mutating func nodeID() throws(WireError) -> NodeID {
        try require(NodeID.byteCount, "node id")
        return NodeID(high: try integer(), low: try integer())
    }

    private mutating func integer<Value: FixedWidthInteger & UnsignedInteger>() throws(WireError) -> Value {
        let count = Value.bitWidth / 8
        guard remaining >= count else { throw WireError(.truncated, "integer") }
        var value: Value = 0
        for byte in source[position..<position + count] { value = value << 8 | Value(truncatingIfNeeded: byte) }
        position += count
        return value
    }
}

public import PIMCore

/// Appends big-endian values to an array. `spec/wire.md` §1.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: bytes to set aside at once.
    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    public mutating func write(uint8 value: UInt8) { bytes.append(value) }
    public mutating func write(uint16 value: UInt16) { write(integer: value) }
    public mutating func write(uint32 value: UInt32) { write(integer: value) }
    public mutating func write(uint64 value: UInt64) { write(integer: value) }

    public mutating func write(bytes more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    public mutating func write(nodeID: NodeID) {
        write(integer: nodeID.high)
        write(integer: nodeID.low)
    }

    private mutating func write(integer value: some FixedWidthInteger & UnsignedInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

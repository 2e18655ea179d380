import PIMCore

/// Big-endian loads and stores for the two headers that every packet passes.
///
/// Unsafe by name, not in effect: callers check the count of the whole header once, and the buffer pointer itself traps
/// on an offset outside of it in debug builds.
extension UnsafeRawBufferPointer {
    func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    func nodeID(at offset: Int) -> NodeID {
        NodeID(high: bigEndian(at: offset, as: UInt64.self), low: bigEndian(at: offset + 8, as: UInt64.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    func store(bigEndian value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
    }

    func store(_ nodeID: NodeID, at offset: Int) {
        store(bigEndian: nodeID.high, at: offset)
        store(bigEndian: nodeID.low, at: offset + 8)
    }
}

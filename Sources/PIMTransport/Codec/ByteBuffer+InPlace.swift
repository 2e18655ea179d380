public import NIOCore

extension ByteBuffer {
    /// Changes the payload of a mesh frame where it is, in the receive buffer: it was handed up for good, and whoever takes
    /// it in `LinkObserver.link(_:received:)` is the only one who reads it.
    public func withMeshPayload<Value>(_ body: (UnsafeMutableRawBufferPointer) -> Value) -> Value {
        withExclusivelyOwnedBytes(readerIndex..<writerIndex, body)
    }

    /// Changes bytes of this buffer where they are, even when its storage is shared with other buffers.
    ///
    /// Copy-on-write would copy the whole receive buffer for every frame of it that is still in use somewhere. Sound
    /// under the caller's promise that no other buffer *reads* the given range: `InboundStream` changes only bytes behind
    /// its reader index, slices it hands up cover bytes before it, and whoever filled the storage gave it away. The
    /// storage is heap memory that was allocated as mutable; the pointer does not leave `body`. Everything happens on the
    /// link's loop.
    func withExclusivelyOwnedBytes<Value, Failure>(
        _ range: Range<Int>, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        precondition(
            range.lowerBound >= readerIndex && range.upperBound <= writerIndex, "outside of the readable bytes")
        let result = withVeryUnsafeBytes { storage in
            let bytes = UnsafeRawBufferPointer(rebasing: storage[range])
            return Result { () throws(Failure) in try body(UnsafeMutableRawBufferPointer(mutating: bytes)) }
        }
        return try result.get()
    }
}

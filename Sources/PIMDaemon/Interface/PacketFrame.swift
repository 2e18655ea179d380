internal import NIOCore
internal import PIMCore
internal import PIMWire

/// A frame of sealed packets in the making: what was read one after the other for one node and one flow.
///
/// Its buffer is used again for every frame: links copy what they take. Confined to the mesh loop.
struct PacketFrame {
    /// Whom it is for; `nil` while it is empty.
    private(set) var destination: NodeID?
    private(set) var flow: UInt64 = 0
    private var buffer: ByteBuffer

    init() {
        buffer = ByteBufferAllocator().buffer(capacity: WireLimits.meshPayload)
    }

    var isEmpty: Bool { destination == nil }

    /// Bytes the frame will have on its way, the 16 of the tag included.
    var length: Int { buffer.writerIndex + WireLimits.tag }

    /// Whether a packet can go along.
    ///
    /// - Parameter limit: What the first link moves in a short time; 65,535 is the most in any case.
    func takes(_ packetLength: Int, to node: NodeID, flow: UInt64, limit: Int) -> Bool {
        destination == node && self.flow == flow
            && length + PacketRecord.headerLength + packetLength <= min(limit, WireLimits.meshPayload)
    }

    mutating func begin(for node: NodeID, flow: UInt64) {
        destination = node
        self.flow = flow
        buffer.clear()
        buffer.moveWriterIndex(to: WireLimits.sealedHeader)
    }

    mutating func discard() { destination = nil }

    /// Appends a record; `write` fills in the packet and returns its length.
    ///
    /// - Parameter room: Bytes `write` may use.
    @inline(__always)
    mutating func append(room: Int, segmentSize: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: PacketRecord.headerLength + room) { space in
            let target = UnsafeMutableRawBufferPointer(rebasing: space[PacketRecord.headerLength...].prefix(room))
            let length = write(target)
            guard length > 0 else { return 0 }
            PacketRecord.writeHeader(length: length, segmentSize: segmentSize, to: space)
            return PacketRecord.headerLength + length
        }
    }

    /// Closes the frame: `seal` turns it into what travels.
    mutating func take(_ seal: (UnsafeMutableRawBufferPointer) -> Bool) -> ByteBuffer? {
        destination = nil
        guard buffer.writerIndex > WireLimits.sealedHeader else { return nil }
        buffer.moveWriterIndex(forwardBy: WireLimits.tag)
        return buffer.withUnsafeMutableReadableBytes(seal) ? buffer : nil
    }
}

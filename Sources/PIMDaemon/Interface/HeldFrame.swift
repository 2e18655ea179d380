internal import NIOCore
internal import PIMCore
internal import PIMWire

/// A mesh frame of packets on its way to a link, which may not have room for it yet.
struct HeldFrame {
    var destination: NodeID
    /// What shares the link fairly with other flows.
    var flow: UInt64
    var flags: MeshFlags
    var payload: ByteBuffer
}

/// What went through the interface, as the mesh sees it: out is from this host into the mesh.
struct PacketTraffic: Sendable, Equatable {
    private(set) var packetsOut: UInt64 = 0
    private(set) var bytesOut: UInt64 = 0
    private(set) var packetsIn: UInt64 = 0
    private(set) var bytesIn: UInt64 = 0

    /// Super-packets count once.
    mutating func read(_ packet: UnsafeRawBufferPointer) {
        packetsOut &+= 1
        bytesOut &+= UInt64(packet.count)
    }

    mutating func wrote(_ packet: UnsafeRawBufferPointer) {
        packetsIn &+= 1
        bytesIn &+= UInt64(packet.count)
    }
}

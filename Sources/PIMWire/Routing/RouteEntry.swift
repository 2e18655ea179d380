public import PIMCore

/// One destination of a route update, 22 bytes. `spec/wire.md` §11.
public struct RouteEntry: Hashable, Sendable {
    public var destination: NodeID
    /// Hops from the advertising node; 0 is the node itself.
    public var hops: UInt8
    /// The flag byte as it travels. Kept whole, because the signature covers bits this version does not know.
    public var flags: UInt8
    /// The destination's mesh address, 0.0.0.0 when it has none.
    public var meshIPv4: IPv4Address

    public init(destination: NodeID, hops: UInt8, isGateway: Bool, meshIPv4: IPv4Address) {
        self.destination = destination
        self.hops = hops
        self.flags = isGateway ? 1 : 0
        self.meshIPv4 = meshIPv4
    }

    /// Whether the destination is a gateway.
    public var isGateway: Bool { flags & 1 != 0 }

    init(from reader: inout ByteReader) throws(WireError) {
        destination = try reader.nodeID()
        hops = try reader.uint8()
        flags = try reader.uint8()
        meshIPv4 = IPv4Address(rawValue: try reader.uint32())
    }

    func write(to writer: inout ByteWriter) {
        writer.write(nodeID: destination)
        writer.write(uint8: hops)
        writer.write(uint8: flags)
        writer.write(uint32: meshIPv4.rawValue)
    }
}

public import PIMCore

/// A node's signed advertisement to one neighbour: the payload of a RouteUpdate frame. `spec/wire.md` §11.
public struct RouteUpdate: Hashable, Sendable {
    public var origin: NodeID
    public var sequence: UInt64
    /// At most 1000.
    public var entries: [RouteEntry]
    /// Ed25519 over `signedBytes`, 64 bytes (`spec/crypto.md` §8).
    public var signature: [UInt8]

    /// - Parameter signature: 64 zero bytes until the update is signed.
    public init(
        origin: NodeID, sequence: UInt64, entries: [RouteEntry],
        signature: [UInt8] = [UInt8](repeating: 0, count: WireLimits.signature)
    ) {
        self.origin = origin
        self.sequence = sequence
        self.entries = entries
        self.signature = signature
    }

    /// Everything before the signature. Throws `tooLarge` above 1000 entries.
    public var signedBytes: [UInt8] {
        get throws(WireError) { try writeSignedPart().bytes }
    }

    /// - Throws: `tooLarge` above 1000 entries, `unencodable` for a signature that has not 64 bytes.
    public func encode() throws(WireError) -> [UInt8] {
        guard signature.count == WireLimits.signature else {
            throw WireError(.unencodable, "route signature of \(signature.count) bytes")
        }
        var writer = try writeSignedPart()
        writer.write(bytes: signature)
        return writer.bytes
    }

    /// Reads one update from the front of `bytes` and ignores what follows. The signature is not verified.
    ///
    /// - Throws: `truncated`, or `tooLarge` above 1000 entries.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> RouteUpdate {
        var reader = ByteReader(bytes)
        try reader.require(WireLimits.routeUpdateHeader, "route update header")
        let origin = try reader.nodeID()
        let sequence = try reader.uint64()
        let count = Int(try reader.uint16())
        guard count <= WireLimits.routeEntries else { throw WireError(.tooLarge, "\(count) route entries") }
        try reader.require(count * WireLimits.routeEntry + WireLimits.signature, "route update")
        var entries: [RouteEntry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count { entries.append(try RouteEntry(from: &reader)) }
        let signature = Array(try reader.bytes(WireLimits.signature))
        return RouteUpdate(origin: origin, sequence: sequence, entries: entries, signature: signature)
    }

    public static func decode(_ bytes: [UInt8]) throws(WireError) -> RouteUpdate {
        try decode(bytes[...])
    }

    private func writeSignedPart() throws(WireError) -> ByteWriter {
        guard entries.count <= WireLimits.routeEntries else {
            throw WireError(.tooLarge, "\(entries.count) route entries")
        }
        let size = WireLimits.routeUpdateHeader + entries.count * WireLimits.routeEntry + WireLimits.signature
        var writer = ByteWriter(capacity: size)
        writer.write(nodeID: origin)
        writer.write(uint64: sequence)
        writer.write(uint16: UInt16(entries.count))
        for entry in entries { entry.write(to: &writer) }
        return writer
    }
}

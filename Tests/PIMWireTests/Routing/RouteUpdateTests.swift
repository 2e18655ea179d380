import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct RouteUpdateTests {
    @Test(arguments: Vectors.shared.frames.routeUpdate)
    func vectorsRoundTrip(_ vector: FrameVectors.RouteUpdate) throws {
        let entries = try vector.entries.map { entry in
            RouteEntry(
                destination: entry.destination, hops: entry.hops, isGateway: entry.flags & 1 != 0,
                meshIPv4: try #require(IPv4Address(entry.meshIp)))
        }
        let update = RouteUpdate(
            origin: vector.originId, sequence: vector.sequence, entries: entries, signature: vector.signature.bytes)
        #expect(try update.signedBytes == vector.signedBytes.bytes)
        #expect(try update.encode() == vector.hex.bytes)
        #expect(try RouteUpdate.decode(vector.hex.bytes + [0xee]) == update)
        let frame = TransportFrame(clear: .routeUpdate, payload: vector.hex.bytes)
        #expect(try frame.encode() == vector.transportFrame.bytes)
    }

    @Test(arguments: Vectors.shared.malformed.routeUpdate)
    func refusesMalformedUpdates(_ vector: MalformedVectors.Case) {
        #expect(throws: WireError.self) { try RouteUpdate.decode(vector.hex.bytes) }
    }

    @Test func encodesAtMostAThousandEntries() throws {
        let entry = RouteEntry(
            destination: NodeID(high: 1, low: 1), hops: 1, isGateway: false, meshIPv4: .unspecified)
        var update = RouteUpdate(
            origin: NodeID(high: 2, low: 2), sequence: 1, entries: Array(repeating: entry, count: 1000))
        let bytes = try update.encode()
        #expect(bytes.count == 22_090)
        #expect(try RouteUpdate.decode(bytes) == update)
        update.entries.append(entry)
        #expect(throws: WireError(.tooLarge, "")) { try update.encode() }
        #expect(throws: WireError(.tooLarge, "")) { try update.signedBytes }
    }

    /// A signature covers flag bits this version does not know, so they must survive decoding.
    @Test func unknownFlagsStayInTheSignedBytes() throws {
        let update = RouteUpdate(
            origin: NodeID(high: 2, low: 2), sequence: 1,
            entries: [
                RouteEntry(destination: NodeID(high: 1, low: 1), hops: 1, isGateway: true, meshIPv4: .unspecified)
            ])
        var bytes = try update.encode()
        bytes[26 + 17] = 0x83
        let decoded = try RouteUpdate.decode(bytes)
        #expect(decoded.entries.first?.isGateway == true)
        #expect(try decoded.encode() == bytes)
    }

    @Test func refusesASignatureOfAnotherSize() {
        let update = RouteUpdate(origin: NodeID(high: 2, low: 2), sequence: 1, entries: [], signature: [1])
        #expect(throws: WireError(.unencodable, "")) { try update.encode() }
    }
}

import PIMCore
import PIMWire
import TestVectors
import Testing

/// Seeded fuzzing of every decoder: whatever arrives, a decoder answers with a value or an error, and a value it yields
/// survives encoding. The long runs are in `Fuzz/`.
@Suite struct DecoderFuzzTests {
    private static let valid: [[UInt8]] = {
        let vectors = Vectors.shared
        return vectors.frames.control.map(\.hex.bytes) + vectors.frames.meshData.map(\.hex.bytes)
            + vectors.frames.heartbeat.map(\.hex.bytes) + vectors.frames.routeUpdate.map(\.hex.bytes)
            + vectors.frames.transport.map(\.hex.bytes) + vectors.fragments.parse.map(\.hex.bytes)
            + vectors.handshakes.flatMap { [$0.initPayload.bytes, $0.confirmPayload.bytes] }
            + vectors.handshakes.map(\.initTransportFrame.bytes)
            + vectors.malformed.control.map(\.hex.bytes)
    }()

    private static func decodeEverything(_ bytes: [UInt8]) throws {
        if let frame = try? TransportFrame.decode(bytes) {
            // What fits a transport frame but no stream is refused by the encoder.
            if frame.payload.count <= WireLimits.streamPayload {
                #expect(try TransportFrame.decode(frame.encode()) == frame)
            }
        }
        if let message = try? HandshakeMessage.decode(bytes) {
            let encoded = try message.encode()
            #expect(encoded[...] == bytes.prefix(encoded.count))
        }
        if let frame = try? MeshFrame.decode(bytes) { #expect(try MeshFrame.decode(frame.encode()) == frame) }
        if let update = try? RouteUpdate.decode(bytes) {
            #expect(try update.encode()[...] == bytes.prefix(update.entries.count * 22 + 90))
        }
        if let heartbeat = try? Heartbeat.decode(bytes) { #expect(heartbeat.encode()[...] == bytes.prefix(58)) }
        if let fragment = try? Fragment.decode(bytes) { #expect(try fragment.encode() == bytes) }
        if let beacon = try? Beacon.decode(bytes) { #expect(beacon.encode()[...] == bytes.prefix(56)) }
        if let beacon = try? SealedBeacon.decode(bytes) { #expect(beacon.encode()[...] == bytes.prefix(89)) }
        let control = try? ControlFrame.decode(bytes)
        #expect((try? bytes.withUnsafeBytes { try ControlFrame.decode($0) }) == control)
        if let control, let encoded = try? control.encode() { #expect(encoded[...] == bytes.prefix(encoded.count)) }
    }

    @Test func randomBytes() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<4_000 { try Self.decodeEverything(random.bytes(random.int(below: 300))) }
    }

    @Test func everyTruncationOfValidFrames() throws {
        for frame in Self.valid {
            for count in 0...frame.count { try Self.decodeEverything(Array(frame.prefix(count))) }
        }
    }

    @Test func mutatedValidFrames() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<6_000 {
            var frame = Self.valid[random.int(below: Self.valid.count)]
            for _ in 0...random.int(below: 4) where !frame.isEmpty {
                let position = random.int(below: frame.count)
                switch random.int(below: 4) {
                case 0: frame[position] = UInt8(truncatingIfNeeded: random.next())
                case 1: frame[position] ^= 1 << UInt8(random.int(below: 8))
                case 2: frame.remove(at: position)
                default: frame.insert(0xff, at: position)
                }
            }
            try Self.decodeEverything(frame)
        }
    }

    @Test func streamsInRandomPiecesNeverExceedTheirBound() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<200 {
            var framer = StreamFramer(limit: 1000)
            for _ in 0..<50 {
                // Small lengths now and then, or nearly every stream would end at once.
                let piece = random.int(below: 2) == 0 ? random.bytes(random.int(below: 64)) : [0, 0, 0, 5, 1, 2]
                framer.append(piece)
                while let message = try? framer.next() { #expect(message.count <= 1000) }
                #expect(framer.bufferedBytes <= 1004)
            }
        }
    }

    @Test func randomFragmentsStayWithinTheReassemblersBounds() {
        var limits = ReassemblyLimits()
        limits.sources = 4
        limits.packetsPerSource = 4
        limits.totalBytes = 20_000
        var reassembler = Reassembler(limits: limits)
        var random = SeededRandom(seed: 4)
        var now = MonotonicTime.zero
        for _ in 0..<20_000 {
            now = now.advanced(by: .milliseconds(random.int(below: 20)))
            let total = random.int(below: 3000)
            let fragment = Fragment(
                id: UInt32(random.int(below: 6)), offset: random.int(below: 3000), totalLength: total,
                piece: random.bytes(random.int(below: 16))[...])
            let source = NodeID(high: UInt64(random.int(below: 8)), low: 0)
            if case .complete(let packet) = reassembler.insert(fragment, from: source, at: now) {
                #expect(packet.count == total)
            }
            #expect(reassembler.bufferedBytes <= limits.totalBytes)
            #expect(reassembler.sourceCount <= limits.sources)
            #expect(reassembler.packetCount <= 16)
        }
        reassembler.expire(at: now.advanced(by: .seconds(10)))
        #expect(reassembler.bufferedBytes == 0)
        #expect(reassembler.packetCount == 0)
    }
}

import PIMCore
import PIMWire
import TestVectors
import Testing

/// The form of sealed frames and of what is in them, `design/extensions.md` §5.
@Suite struct SealedFrameVectorTests {
    private static let vectors = ExtensionVectors.shared.sealedFrames

    private func header(_ frame: [UInt8]) throws -> SealedFrameHeader {
        try frame.withUnsafeBytes { try SealedFrameHeader(decoding: $0) }
    }

    @Test(arguments: vectors.frames)
    func headersAreReadAndWritten(_ vector: SealedFrameVectors.Frame) throws {
        let header = try header(vector.frame.bytes)
        #expect(header.tag.rawValue == vector.tag)
        #expect(header.counter == vector.counter)
        let session = ExtensionVectors.shared.sessions.derived[Self.vectors.session].sessionId.bytes
        #expect(header.session.rawValue == session.reduce(0) { $0 << 8 | UInt64($1) })
        #expect(SealedFrameHeader.isSealed(vector.frame.bytes.first))
        var written = [UInt8](repeating: 0xee, count: 17)
        try written.withUnsafeMutableBytes { try header.write(to: $0) }
        #expect(written == Array(vector.frame.bytes.prefix(17)))
    }

    @Test(arguments: vectors.frames)
    func meshFramesCarryThem(_ vector: SealedFrameVectors.Frame) throws {
        let frame = MeshFrame(
            source: vector.src, destination: vector.dst, flags: .isControl, payload: vector.frame.bytes)
        #expect(try frame.encode() == vector.meshFrame.bytes)
    }

    @Test(arguments: vectors.malformed)
    func malformedHeadersAreRefused(_ vector: SealedFrameVectors.Refused) {
        #expect(throws: WireError.self) { try header(vector.frame.bytes) }
    }

    @Test(arguments: vectors.frames.filter { $0.tag == 0x42 })
    func plaintextsOfPayloads(_ vector: SealedFrameVectors.Frame) throws {
        let payload = try vector.plaintext.bytes.withUnsafeBytes { try SealedPayload.decode($0) }
        if let kind = vector.kind, let body = vector.body {
            #expect(payload == .payload(PluginPayload(kind: kind, body: body.bytes)))
        } else {
            #expect(payload == .confirmation)
        }
        var written = [UInt8](repeating: 0xee, count: payload.encodedCount)
        try written.withUnsafeMutableBytes { try payload.write(to: $0) }
        #expect(written == vector.plaintext.bytes)
    }

    @Test(arguments: vectors.plaintexts)
    func plaintextsAreReadOrRefused(_ vector: SealedFrameVectors.Plaintext) throws {
        let bytes = vector.plaintext.bytes
        guard vector.ok else {
            #expect(throws: WireError.self) { try bytes.withUnsafeBytes { try SealedPayload.decode($0) } }
            return
        }
        let expected: SealedPayload =
            if let kind = vector.kind, let body = vector.body {
                .payload(PluginPayload(kind: kind, body: body.bytes))
            } else {
                .confirmation
            }
        #expect(try bytes.withUnsafeBytes { try SealedPayload.decode($0) } == expected)
    }

    @Test func bodiesHaveALimit() throws {
        let limit = Self.vectors.largestBodyWithKindOf13Bytes
        #expect(SealedPayload.bodyLimit(kindLength: 13) == limit)
        let kind = String(repeating: "k", count: 13)
        for (size, fits) in [(limit, true), (limit + 1, false)] {
            let payload = SealedPayload.payload(PluginPayload(kind: kind, body: [UInt8](repeating: 1, count: size)))
            var written = [UInt8](repeating: 0, count: payload.encodedCount)
            if fits {
                try written.withUnsafeMutableBytes { try payload.write(to: $0) }
                #expect(written.count + WireLimits.sealedOverhead == WireLimits.meshPayload)
            } else {
                #expect(throws: WireError(.tooLarge, "")) {
                    try written.withUnsafeMutableBytes { try payload.write(to: $0) }
                }
            }
        }
    }
}

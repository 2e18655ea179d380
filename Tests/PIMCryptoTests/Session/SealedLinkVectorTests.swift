import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

/// Frames of links that seal everything, `design/extensions.md` §2.
@Suite struct SealedLinkVectorTests {
    private let vectors = ExtensionVectors.shared.sealedLinks

    private func sender(firstCounter: UInt32 = 0) throws -> LinkSession {
        let prefix = vectors.prefix.bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return try LinkSession(
            cipher: PacketCiphers.preferred(key: SessionKey(vectors.key.bytes)), noncePrefix: prefix,
            sealsEverything: true, firstCounter: firstCounter)
    }

    private func receiver() throws -> LinkSession {
        try LinkSession(key: SessionKey(vectors.key.bytes), noncePrefix: 1, sealsEverything: true)
    }

    private func seal(_ session: LinkSession, _ vector: SealedLinkVectors.Frame) throws -> [UInt8] {
        var frame =
            [UInt8](repeating: 0xee, count: 20) + vector.plaintext.bytes + [UInt8](repeating: 0xee, count: 16)
        let type = try #require(FrameType(rawValue: vector.type))
        try frame.withUnsafeMutableBytes { try session.seal($0, as: type) }
        return frame
    }

    private func open(_ session: LinkSession, _ frame: HexBytes) throws -> [UInt8] {
        var frame = frame.bytes
        try frame.withUnsafeMutableBytes { try session.open($0) }
        return Array(frame[20..<frame.count - 16])
    }

    @Test func framesAreSealedAndOpened() throws {
        let sender = try sender()
        let receiver = try receiver()
        for vector in vectors.frames {
            #expect(try seal(sender, vector) == vector.transportFrame.bytes)
            #expect(try open(receiver, vector.transportFrame) == vector.plaintext.bytes)
            #expect(throws: CryptoError(.replayedNonce, "")) { try open(receiver, vector.transportFrame) }
        }
    }

    @Test func singleFramesAreSealed() throws {
        for vector in vectors.single {
            #expect(try seal(sender(firstCounter: vector.counter), vector) == vector.transportFrame.bytes)
            let receiver = try receiver()
            if vector.counter == 0 {
                #expect(try open(receiver, vector.transportFrame) == vector.plaintext.bytes)
            } else {
                #expect(throws: CryptoError(.missingFrame, "")) { try open(receiver, vector.transportFrame) }
            }
        }
    }

    @Test func theTypeIsAuthenticated() throws {
        let receiver = try receiver()
        _ = try open(receiver, vectors.frames[0].transportFrame)
        for vector in vectors.retyped {
            #expect(throws: CryptoError(.decryptionFailed, "")) { try open(receiver, vector.transportFrame) }
        }
        #expect(try open(receiver, vectors.frames[1].transportFrame) == vectors.frames[1].plaintext.bytes)
    }

    @Test func anyRemovedFrameIsMissed() throws {
        for removed in vectors.frames.indices.dropLast() {
            let receiver = try receiver()
            for vector in vectors.frames[..<removed] { _ = try open(receiver, vector.transportFrame) }
            #expect(throws: CryptoError(.missingFrame, "")) {
                try open(receiver, vectors.frames[removed + 1].transportFrame)
            }
        }
    }

    @Test func framesThatCameBackAreReflected() throws {
        for vector in vectors.frames {
            #expect(throws: CryptoError(.reflected, "")) { try open(sender(), vector.transportFrame) }
        }
    }
}

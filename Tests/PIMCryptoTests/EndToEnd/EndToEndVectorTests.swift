import PIMCore
import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

/// Key agreement, sealed payloads and sealed packets, `design/extensions.md` §4 and §5.
@Suite struct EndToEndVectorTests {
    private static let frames = ExtensionVectors.shared.sealedFrames

    private func keys(
        _ vector: EndToEndSessionVectors.Derived
    ) throws -> (offering: EndToEndKeys, answering: EndToEndKeys) {
        let offer = try Ephemeral(secret: vector.eI.bytes)
        let answer = try Ephemeral(secret: vector.eR.bytes)
        #expect(offer.publicKey == vector.initiatorPublic.bytes)
        #expect(answer.publicKey == vector.responderPublic.bytes)
        return (
            try EndToEndKeys(
                offering: offer, answer: vector.responderPublic.bytes, own: vector.initiator, peer: vector.responder),
            try EndToEndKeys(
                answering: answer, offer: vector.initiatorPublic.bytes, own: vector.responder, peer: vector.initiator)
        )
    }

    /// What a key makes of zeros; keys do not show themselves.
    private func mark(_ key: SessionKey) throws -> [UInt8] {
        var text = [UInt8](repeating: 0, count: 32)
        var tag = [UInt8](repeating: 0, count: 16)
        try text.withUnsafeMutableBytes { text in
            try tag.withUnsafeMutableBytes { tag in
                try PacketCiphers.preferred(key: key).seal(
                    text, nonce: Nonce(prefix: 0, counter: 0), authenticating: nil, tag: tag)
            }
        }
        return text + tag
    }

    @Test(arguments: ExtensionVectors.shared.sessions.derived)
    func bothEndsDeriveTheSameKeys(_ vector: EndToEndSessionVectors.Derived) throws {
        let (offering, answering) = try keys(vector)
        let id = vector.sessionId.bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        #expect(offering.id.rawValue == id)
        #expect(answering.id.rawValue == id)
        for (key, expected) in [
            (offering.payloadsOut, vector.payloadsInitiatorToResponder),
            (answering.payloadsIn, vector.payloadsInitiatorToResponder),
            (offering.payloadsIn, vector.payloadsResponderToInitiator),
            (answering.payloadsOut, vector.payloadsResponderToInitiator),
            (offering.packetsOut, vector.packetsInitiatorToResponder),
            (answering.packetsIn, vector.packetsInitiatorToResponder),
            (offering.packetsIn, vector.packetsResponderToInitiator),
            (answering.packetsOut, vector.packetsResponderToInitiator),
        ] { #expect(try mark(key) == mark(SessionKey(expected.bytes))) }
    }

    @Test(arguments: ExtensionVectors.shared.sessions.refusedKeys)
    func keysOfSmallOrderAreRefused(_ key: HexBytes) throws {
        let vector = ExtensionVectors.shared.sessions.derived[0]
        let ephemeral = try Ephemeral(secret: vector.eI.bytes)
        #expect(throws: CryptoError(.weakAgreement, "")) {
            try EndToEndKeys(offering: ephemeral, answer: key.bytes, own: vector.initiator, peer: vector.responder)
        }
        #expect(throws: CryptoError(.weakAgreement, "")) {
            try EndToEndKeys(answering: ephemeral, offer: key.bytes, own: vector.responder, peer: vector.initiator)
        }
    }

    // MARK: Frames

    private func pair() throws -> (initiator: EndToEndSession, responder: EndToEndSession) {
        let vector = ExtensionVectors.shared.sessions.derived[Self.frames.session]
        let (offering, answering) = try keys(vector)
        return (
            EndToEndSession(keys: offering, peer: vector.responder),
            EndToEndSession(keys: answering, peer: vector.initiator)
        )
    }

    private func open(_ session: EndToEndSession, _ frame: [UInt8]) throws -> [UInt8] {
        var frame = frame
        return try frame.withUnsafeMutableBytes { bytes in
            let header = try SealedFrameHeader(decoding: UnsafeRawBufferPointer(bytes))
            return Array(try session.open(header, bytes))
        }
    }

    @Test func framesOfTheVectorsOpenOnceEach() throws {
        let (initiator, responder) = try pair()
        for vector in Self.frames.frames {
            let receiver = vector.dst == responder.peer ? initiator : responder
            #expect(try open(receiver, vector.frame.bytes) == vector.plaintext.bytes)
            #expect(throws: CryptoError(.replayedNonce, "")) { try open(receiver, vector.frame.bytes) }
        }
    }

    @Test func sealingMakesTheBytesOfTheVectors() throws {
        let (initiator, responder) = try pair()
        var sealed: [String: UInt64] = [:]
        for vector in Self.frames.frames {
            let sender = vector.src == responder.peer ? initiator : responder
            let next = sealed["\(vector.src) \(vector.tag)", default: 0]
            // A sender cannot be set to the counters far ahead that some vectors have.
            guard vector.counter == next else { continue }
            sealed["\(vector.src) \(vector.tag)"] = next + 1
            var frame =
                [UInt8](repeating: 0xee, count: 17) + vector.plaintext.bytes + [UInt8](repeating: 0xee, count: 16)
            let tag = try #require(SealedFrameHeader.Tag(rawValue: vector.tag))
            try frame.withUnsafeMutableBytes { try sender.seal($0, as: tag) }
            #expect(frame == vector.frame.bytes, "\(vector.note)")
        }
        #expect(sealed.values.sorted() == [1, 1, 2, 6])
    }

    @Test func whatDoesNotOpenMovesNoWindow() throws {
        let (_, responder) = try pair()
        for vector in Self.frames.refused {
            #expect(throws: CryptoError(.decryptionFailed, ""), "\(vector.reason)") {
                try open(responder, vector.frame.bytes)
            }
        }
        #expect(try open(responder, Self.frames.genuine.bytes) == Array("\u{1}xbody".utf8))
    }

    @Test(arguments: ExtensionVectors.shared.replayWindows)
    func replayWindows(_ vector: ReplayWindowVector) {
        var window = ReplayWindow()
        for (index, step) in vector.steps.enumerated() {
            let isAdmitted = window.admits(step.counter)
            #expect(isAdmitted == step.accept, "step \(index), counter \(step.counter)")
            if isAdmitted { window.note(step.counter) }
        }
    }
}

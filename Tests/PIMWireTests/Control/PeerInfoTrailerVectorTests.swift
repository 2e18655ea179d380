import PIMCore
import PIMWire
import TestVectors
import Testing

/// The form of signed PeerInfos, `design/extensions.md` §3.
@Suite struct PeerInfoTrailerVectorTests {
    private func decode(_ frame: [UInt8]) throws -> PeerInfo {
        guard case .peerInfo(let info) = try ControlFrame.decode(frame) else {
            throw WireError(.unknownControlTag, "no PeerInfo")
        }
        return info
    }

    @Test(arguments: ExtensionVectors.shared.peerInfos.valid)
    func fieldsAreRead(_ vector: PeerInfoVectors.Valid) throws {
        let info = try decode(vector.frame.bytes)
        #expect(info.x25519.bytes == vector.x25519.bytes)
        #expect(info.name == vector.name)
        let trailer = try #require(info.trailer)
        #expect(trailer.features.rawValue == vector.features)
        #expect(trailer.publicKey == vector.publicKey.bytes)
        #expect(trailer.signature == vector.signature.bytes)
        #expect(trailer.frameBeforeSignature == vector.frame.bytes.dropLast(64))
        switch trailer.exchange {
        case .offer(let key):
            #expect(key == vector.offer?.bytes)
            #expect(vector.answerResponder == nil)
        case .answer(let responder, let initiator):
            #expect(responder == vector.answerResponder?.bytes)
            #expect(initiator == vector.answerInitiator?.bytes)
        case nil:
            #expect(vector.offer == nil && vector.answerResponder == nil)
        }
        #expect(try ControlFrame.peerInfo(info).encode() == vector.frame.bytes)
        let unaligned = [0xee] + vector.frame.bytes
        let inPlace = try unaligned.withUnsafeBytes { bytes in
            try ControlFrame.decode(UnsafeRawBufferPointer(rebasing: bytes[1...]))
        }
        #expect(inPlace == .peerInfo(info))
    }

    @Test(arguments: ExtensionVectors.shared.peerInfos.valid.filter(\.canonical))
    func senderMakesTheseBytes(_ vector: PeerInfoVectors.Valid) throws {
        let exchange: PeerInfoTrailer.Exchange? =
            if let offer = vector.offer {
                .offer(offer.bytes)
            } else if let responder = vector.answerResponder, let initiator = vector.answerInitiator {
                .answer(responder: responder.bytes, initiator: initiator.bytes)
            } else {
                nil
            }
        let info = PeerInfo(x25519: try #require(X25519PublicKey(vector.x25519.bytes)), name: vector.name)
        let unsigned = PeerInfoTrailer.unsigned(
            info, features: FeatureSet(rawValue: vector.features), exchange: exchange,
            publicKey: vector.publicKey.bytes)
        #expect(unsigned == vector.frame.bytes.dropLast(64))
        let signed = try PeerInfoTrailer.peerInfo(
            frameBeforeSignature: unsigned, signature: vector.signature.bytes)
        #expect(try ControlFrame.peerInfo(signed).encode() == vector.frame.bytes)
    }

    @Test(arguments: ExtensionVectors.shared.peerInfos.invalid)
    func wrongFormsAreRefusedWhole(_ vector: PeerInfoVectors.Invalid) throws {
        switch vector.stage {
        case .form:
            #expect(throws: WireError(.badTrailer, "")) { try ControlFrame.decode(vector.frame.bytes) }
            #expect(throws: WireError(.badTrailer, "")) {
                try vector.frame.bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
                    try ControlFrame.decode(bytes)
                }
            }
        case .proof:
            #expect(try decode(vector.frame.bytes).trailer != nil)
        }
    }

    /// However much of a signed PeerInfo is missing, it never counts as an unsigned one unless the magic is cut.
    @Test func everyCutIsRefusedOrUnsigned() throws {
        let vector = try #require(ExtensionVectors.shared.peerInfos.valid.first { $0.answerResponder != nil })
        let body = 34 + vector.name.utf8.count
        for count in 0..<vector.frame.bytes.count {
            let cut = Array(vector.frame.bytes.prefix(count))
            if (body..<body + 4).contains(count) {
                #expect(try decode(cut).trailer == nil)
            } else {
                #expect(throws: WireError.self) { try ControlFrame.decode(cut) }
            }
        }
    }

    @Test(arguments: ExtensionVectors.shared.peerInfos.unsigned)
    func bytesWithoutTheMagicMeanNothing(_ vector: PeerInfoVectors.Unsigned) throws {
        let info = try decode(vector.frame.bytes)
        #expect(info.trailer == nil)
        #expect(info.x25519.bytes == vector.x25519.bytes)
        #expect(info.name == vector.name)
    }
}

import PIMCore
import PIMCrypto
import PIMWire
import TestVectors
import Testing

/// Who signed a PeerInfo, and for whom; `design/extensions.md` §3.
@Suite struct PeerInfoSignatureVectorTests {
    private func trailer(_ frame: [UInt8]) throws -> PeerInfoTrailer {
        guard case .peerInfo(let info) = try ControlFrame.decode(frame), let trailer = info.trailer else {
            throw WireError(.badTrailer, "none")
        }
        return trailer
    }

    @Test(arguments: ExtensionVectors.shared.peerInfos.valid)
    func validOnesVerify(_ vector: PeerInfoVectors.Valid) throws {
        try trailer(vector.frame.bytes).verify(source: vector.src, destination: vector.dst)
    }

    @Test(arguments: ExtensionVectors.shared.peerInfos.valid.filter(\.canonical))
    func identitiesSignTheseBytes(_ vector: PeerInfoVectors.Valid) throws {
        let identity = try Identity(seed: vector.seed.bytes)
        #expect(identity.nodeID == vector.src)
        #expect(identity.publicKey == vector.publicKey.bytes)
        #expect(identity.x25519PublicKey.bytes == vector.x25519.bytes)
        #expect(try identity.sign(vector.bytesToSign.bytes) == vector.signature.bytes)
        let exchange: PeerInfoTrailer.Exchange? =
            if let offer = vector.offer {
                .offer(offer.bytes)
            } else if let responder = vector.answerResponder, let initiator = vector.answerInitiator {
                .answer(responder: responder.bytes, initiator: initiator.bytes)
            } else {
                nil
            }
        let signed = try PeerInfo(x25519: identity.x25519PublicKey, name: vector.name).signed(
            by: identity, for: vector.dst, features: FeatureSet(rawValue: vector.features), exchange: exchange)
        #expect(try ControlFrame.peerInfo(signed).encode() == vector.frame.bytes)
    }

    @Test(arguments: ExtensionVectors.shared.peerInfos.invalid.filter { $0.stage == .proof })
    func othersDoNot(_ vector: PeerInfoVectors.Invalid) throws {
        let trailer = try trailer(vector.frame.bytes)
        #expect(throws: CryptoError.self) { try trailer.verify(source: vector.src, destination: vector.dst) }
    }

    /// Every byte of the frame is covered: what is flipped anywhere is refused, or was never read as signed.
    @Test func everyByteIsSigned() throws {
        let vector = try #require(ExtensionVectors.shared.peerInfos.valid.first { $0.offer != nil })
        for index in vector.frame.bytes.indices {
            var bent = vector.frame.bytes
            bent[index] ^= 0x04
            let trailer: PeerInfoTrailer?
            do {
                trailer = try self.trailer(bent)
            } catch {
                continue
            }
            #expect(throws: CryptoError.self) { try trailer?.verify(source: vector.src, destination: vector.dst) }
        }
    }
}

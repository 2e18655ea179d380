import PIMCore
import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct HandshakeVectorTests {
    /// Both roles on the inputs of `spec/crypto.md` §10.3 and §10.4, message by message.
    @Test(arguments: Vectors.shared.handshakes)
    func bothRolesFollowTheVectors(_ vector: HandshakeVector) throws {
        let meshKey = try vector.meshHandshakeKey.map { bytes throws(CryptoError) in try MeshKey(bytes.bytes) }
        var initiator = try InitiatorHandshake(
            identity: Identity(seed: vector.initiator.seed.bytes), meshKey: meshKey,
            ephemeral: Ephemeral(secret: vector.initiator.ephemeralSecret.bytes), nonce: vector.initiator.nonce.bytes)
        var responder = try ResponderHandshake(
            identity: Identity(seed: vector.responder.seed.bytes), meshKey: meshKey,
            ephemeral: Ephemeral(secret: vector.responder.ephemeralSecret.bytes), nonce: vector.responder.nonce.bytes)

        // The recorded messages go in, so that this holds where signatures are randomised too.
        guard case .initiate(let initiate) = try HandshakeMessage.decode(vector.initPayload.bytes),
            case .respond(let response) = try HandshakeMessage.decode(vector.responsePayload.bytes)
        else {
            Issue.record("vector messages are of another kind")
            return
        }
        let answer = try responder.receive(initiate)
        #if !canImport(Darwin)
            #expect(try initiator.initiate.encode() == vector.initPayload.bytes)
            #expect(try answer.encode() == vector.responsePayload.bytes)
        #endif
        #expect(responder.presented == vector.initiator.nodeId)
        #expect(HandshakeParty.transcript(initiator: initiate, responder: response) == vector.transcript.bytes)
        let ours = try initiator.receive(response)
        #expect(ours.peer == vector.responder.nodeId)
        #expect(ours.peerPublicKey == vector.responder.ed25519Pub.bytes)
        #expect(ours.sessionKey.key.exposedBytes == vector.sessionKey.bytes)
        let confirm = try #require(ours.confirm)
        #expect(try confirm.encode() == vector.confirmPayload.bytes)
        let theirs = try responder.confirm(vector.confirmHmac.bytes)
        #expect(theirs.peer == vector.initiator.nodeId)
        #expect(theirs.peerPublicKey == vector.initiator.ed25519Pub.bytes)
        #expect(theirs.sessionKey.key.exposedBytes == vector.sessionKey.bytes)
        #expect(theirs.confirm == nil)
    }

    @Test(arguments: Vectors.shared.handshakes)
    func agreementMatchesTheVectors(_ vector: HandshakeVector) throws {
        let ephemeral = try Ephemeral(secret: vector.initiator.ephemeralSecret.bytes)
        #expect(ephemeral.publicKey == vector.initiator.ephemeralPub.bytes)
        #expect(
            try ephemeral.agree(with: vector.responder.ephemeralPub.bytes).exposedBytes == vector.x25519Shared.bytes)
    }

    /// The reference's Data frames open, whatever prefix they carry, and sealing gives the same bytes.
    @Test(arguments: Vectors.shared.handshakes)
    func dataFramesOpenAndSeal(_ vector: HandshakeVector) throws {
        let key = try SessionKey(vector.sessionKey.bytes)
        for sender in ["initiator", "responder"] {
            let receiving = try LinkSession(key: key, noncePrefix: 1)
            let frames = vector.dataFrames.filter { $0.sender == sender }
            #expect(!frames.isEmpty)
            for frame in frames {
                let header = try TransportHeader.decode(frame.transportFrame.bytes[...])
                #expect(header.nonce.counter == frame.counter)
                let sealing = try LinkSession(
                    cipher: PacketCiphers.preferred(key: key), noncePrefix: header.nonce.prefix,
                    firstCounter: frame.counter)
                var buffer = [UInt8](repeating: 0, count: 20) + frame.meshFrame.bytes + [UInt8](repeating: 0, count: 16)
                try buffer.withUnsafeMutableBytes { try sealing.seal($0) }
                #expect(buffer == frame.transportFrame.bytes)
                #expect(try TransportFrame.decode(buffer).streamMessage() == frame.streamBytes.bytes)
                try buffer.withUnsafeMutableBytes { try receiving.open($0) }
                #expect(Array(buffer[20..<20 + header.length]) == frame.meshFrame.bytes)
            }
        }
    }

    /// What the reference would send is key bytes, and we never do (`spec/crypto.md` §12.1).
    @Test(arguments: Vectors.shared.handshakes)
    func referencePrefixesAreNotAllowed(_ vector: HandshakeVector) throws {
        let key = try SessionKey(vector.sessionKey.bytes)
        for bytes in [vector.referenceNoncePrefixInitiator.bytes, vector.referenceNoncePrefixResponder.bytes] {
            let prefix = bytes.reduce(0) { $0 << 8 | UInt64($1) }
            #expect(!key.allows(noncePrefix: prefix))
            #expect(throws: CryptoError(.invalidInput, "")) { try LinkSession(key: key, noncePrefix: prefix) }
        }
    }
}

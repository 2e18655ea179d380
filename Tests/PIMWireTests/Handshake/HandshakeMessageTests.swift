import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct HandshakeMessageTests {
    @Test(arguments: Vectors.shared.handshakes)
    func vectorsRoundTrip(_ vector: HandshakeVector) throws {
        for bytes in [vector.initPayload.bytes, vector.responsePayload.bytes, vector.confirmPayload.bytes] {
            let message = try HandshakeMessage.decode(bytes)
            #expect(try message.encode() == bytes)
            #expect(try HandshakeMessage.decode(bytes + [0xee]) == message)
        }
        guard case .initiate(let hello) = try HandshakeMessage.decode(vector.initPayload.bytes) else {
            Issue.record("not an Init")
            return
        }
        #expect(hello.publicKey == vector.initiator.ed25519Pub.bytes)
        #expect(hello.ephemeral == vector.initiator.ephemeralPub.bytes)
        #expect(hello.nonce == vector.initiator.nonce.bytes)
        #expect(hello.signature == vector.initiator.signature.bytes)
        #expect(hello.signedBytes == vector.initiator.signedMessage.bytes)
    }

    /// Sizes on the stream, `spec/wire.md` §8.
    @Test(arguments: Vectors.shared.handshakes)
    func framesHaveTheSpecifiedSizes(_ vector: HandshakeVector) throws {
        for (payload, frame, size) in [
            (vector.initPayload, vector.initTransportFrame, 201),
            (vector.responsePayload, vector.responseTransportFrame, 201),
            (vector.confirmPayload, vector.confirmTransportFrame, 73),
        ] {
            let transport = TransportFrame(clear: .handshake, payload: payload.bytes)
            #expect(try transport.encode() == frame.bytes)
            #expect(try transport.streamMessage().count == size)
        }
        let stream =
            vector.initiator.nodeId.bytes
            + (try TransportFrame(clear: .handshake, payload: vector.initPayload.bytes).streamMessage())
        #expect(stream == vector.dialerStreamPrefix.bytes)
    }

    @Test(arguments: Vectors.shared.malformed.handshake)
    func refusesMalformedMessages(_ vector: MalformedVectors.Case) {
        #expect(throws: WireError.self) { try HandshakeMessage.decode(vector.hex.bytes) }
    }

    @Test func refusesToEncodeFieldsOfAWrongSize() {
        let short = HandshakeHello(
            publicKey: [1], ephemeral: [UInt8](repeating: 0, count: 32), nonce: [UInt8](repeating: 0, count: 32),
            signature: [UInt8](repeating: 0, count: 64))
        let unencodable = WireError(.unencodable, "")
        #expect(throws: unencodable) { try HandshakeMessage.initiate(short).encode() }
        #expect(throws: unencodable) { try HandshakeMessage.respond(short).encode() }
        #expect(throws: unencodable) { try HandshakeMessage.confirm(mac: [1]).encode() }
    }
}

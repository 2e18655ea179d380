import PIMCore
import PIMCrypto
import PIMRPC
import PIMTesting
import PIMWire
import Testing

@testable import PIMMessaging

/// `spec/messaging.md` §16.
@Suite struct MessageBodyTests {
    private static let id = MessageID([UInt8](repeating: 0x55, count: 16))
    private static let time: Int64 = 1_745_960_000_000

    @Test func encodesTheReferenceVector() throws {
        let id = try #require(Self.id)
        let body = MessageBody(id: id, timestampMilliseconds: Self.time, box: [0xde, 0xad, 0xbe, 0xef])
        let hex = String(repeating: "55", count: 16) + "0000019683535a00" + "deadbeef"
        #expect(Hex.encode(body.encode()) == hex)
        #expect(try MessageBody(decoding: body.encode()) == body)
        let payload = PluginPayload(kind: MessagingKind.message, body: body.encode())
        let carrier = try ControlFrame.pluginPayload(payload).encode()
        #expect(Hex.encode(carrier) == "080d6d6573736167696e672e6d7367001c" + hex)
    }

    @Test(arguments: [0, 10, 23]) func refusesBodiesShorterThanTheirHeader(count: Int) {
        #expect(throws: MessagingWireError.tooShort(count)) {
            try MessageBody(decoding: [UInt8](repeating: 0, count: count))
        }
    }

    @Test func acceptsAnEmptyBox() throws {
        #expect(try MessageBody(decoding: [UInt8](repeating: 7, count: 24)).box.isEmpty)
    }

    @Test func timesBeyondTheSignedRangeAreNegative() throws {
        let bytes = [UInt8](repeating: 1, count: 16) + [UInt8](repeating: 0xff, count: 8)
        let body = try MessageBody(decoding: bytes)
        #expect(body.timestampMilliseconds == -1)
        #expect(body.encode() == bytes)
    }

    @Test func decodesTheComputedFrameToItsText() throws {
        let parts = [
            "080d6d6573736167696e672e6d7367005f", "55555555555555555555555555555555", "0000019683535a00",
            "132c442be010fbd57e72603328aa76e71fccc1503aae219327d14d9c9993f472", "242424242424242424242424",
            "64228c344e4f2d3655f7cb", "12ac64b2138f18e36cbd090ab05dee4d",
        ]
        let frame = try #require(Hex.decode(parts.joined()))
        #expect(frame.count == 112)
        guard case .pluginPayload(let payload) = try ControlFrame.decode(frame) else {
            Issue.record("not a plugin payload")
            return
        }
        #expect(payload.kind == MessagingKind.message)
        let body = try MessageBody(decoding: payload.body)
        #expect(body.id == Self.id)
        #expect(body.timestampMilliseconds == Self.time)
        let receiver = try Identity(seed: Array(0..<32))
        #expect(receiver.nodeID.description == "56475aa75463474c0285df5dbf2bcab7")
        #expect(try receiver.open(body.box) == Array("Olá, mesh!".utf8))
    }
}

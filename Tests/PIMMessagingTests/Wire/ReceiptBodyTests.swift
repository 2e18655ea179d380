import PIMCore
import PIMRPC
import PIMWire
import Testing

@testable import PIMMessaging

/// `spec/messaging.md` §16.
@Suite struct ReceiptBodyTests {
    @Test func encodesTheReferenceVector() throws {
        let id = try #require(MessageID([UInt8](repeating: 0x77, count: 16)))
        let receipt = ReceiptBody(id: id, kind: .read)
        #expect(Hex.encode(receipt.encode()) == String(repeating: "77", count: 16) + "02")
        #expect(try ReceiptBody(decoding: receipt.encode()) == receipt)
    }

    @Test func encodesTheComputedFrame() throws {
        let id = try #require(MessageID([UInt8](repeating: 0x55, count: 16)))
        let body = ReceiptBody(id: id, kind: .delivered).encode()
        let frame = try ControlFrame.pluginPayload(PluginPayload(kind: MessagingKind.receipt, body: body)).encode()
        #expect(
            Hex.encode(frame) == "080d6d6573736167696e672e61636b0011" + String(repeating: "55", count: 16) + "01")
        #expect(frame.count == 34)
    }

    @Test(arguments: [0, 5, 16]) func refusesShortBodies(count: Int) {
        #expect(throws: MessagingWireError.tooShort(count)) {
            try ReceiptBody(decoding: [UInt8](repeating: 0, count: count))
        }
    }

    @Test(arguments: [UInt8(0), 3, 255]) func refusesUnknownKinds(kind: UInt8) {
        #expect(throws: MessagingWireError.unknownReceiptKind(kind)) {
            try ReceiptBody(decoding: [UInt8](repeating: 0, count: 16) + [kind])
        }
    }

    @Test func ignoresBytesBehindTheLayout() throws {
        let body = [UInt8](repeating: 9, count: 16) + [1, 0xff, 0xff]
        #expect(try ReceiptBody(decoding: body).kind == .delivered)
    }

    @Test func carriersRoundTripWithAnEmptyBody() throws {
        let frame = ControlFrame.pluginPayload(PluginPayload(kind: MessagingKind.receipt, body: []))
        #expect(try ControlFrame.decode(frame.encode()) == frame)
        #expect(throws: WireError.self) { try ControlFrame.decode([0x08, 0x05]) }
    }
}

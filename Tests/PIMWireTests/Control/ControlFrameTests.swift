import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct ControlFrameTests {
    private static func frame(_ vector: FrameVectors.Control) throws -> ControlFrame {
        let fields = vector.fields
        switch vector.name {
        case "goodbye": return .goodbye(try #require(fields.departingId), reason: try #require(fields.reason))
        case "rekey": return .rekey
        case "ping": return .ping(try #require(fields.nonce))
        case "pong": return .pong(try #require(fields.nonce))
        case "peer_info":
            let bytes = try #require(fields.x25519Pub).bytes
            let key = try #require(X25519PublicKey(bytes))
            return .peerInfo(PeerInfo(x25519: key, name: try #require(fields.friendlyName)))
        default:
            return .pluginPayload(
                PluginPayload(kind: try #require(fields.kind), body: try #require(fields.body).bytes))
        }
    }

    @Test(arguments: Vectors.shared.frames.control)
    func vectorsRoundTrip(_ vector: FrameVectors.Control) throws {
        let frame = try Self.frame(vector)
        #expect(try frame.encode() == vector.hex.bytes)
        for bytes in [vector.hex.bytes, vector.hex.bytes + [0xee]] {
            #expect(try ControlFrame.decode(bytes) == frame)
            #expect(try bytes.withUnsafeBytes { try ControlFrame.decode($0) } == frame)
        }
    }

    @Test(arguments: Vectors.shared.malformed.control)
    func refusesMalformedFrames(_ vector: MalformedVectors.Case) {
        #expect(throws: WireError.self) { try ControlFrame.decode(vector.hex.bytes) }
        #expect(throws: WireError.self) { try vector.hex.bytes.withUnsafeBytes { try ControlFrame.decode($0) } }
    }

    /// `spec/plugin.md` §10 and `spec/wire.md` §18.1.
    @Test(arguments: [
        "", "08", "0801", "080161", "08016100", "0802ffff0000", "080161000201", "00", "01", "02", "09", "ff", "0805",
        "0801610008aabb", "070001",
    ])
    func refusesTheTablesOfTheSpecifications(_ hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(throws: WireError.self) { try ControlFrame.decode(bytes) }
    }

    @Test(
        arguments: [
            ("0801610000", "a", []), ("080161000155", "a", [0x55]), ("080161000155ee", "a", [0x55]),
            ("08000000", "", []),
            ("080d6d6573736167696e672e61636b0004deadbeef", "messaging.ack", [0xde, 0xad, 0xbe, 0xef]),
        ] as [(String, String, [UInt8])])
    func acceptsPluginPayloads(_ hex: String, _ kind: String, _ body: [UInt8]) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(try ControlFrame.decode(bytes) == .pluginPayload(PluginPayload(kind: kind, body: body)))
    }

    @Test func directPluginPayloadOnTheStream() throws {
        let frame = ControlFrame.pluginPayload(PluginPayload(kind: "messaging.ack", body: [0xde, 0xad, 0xbe, 0xef]))
        let message = try TransportFrame(clear: .control, payload: try frame.encode()).streamMessage()
        let expected =
            "00000039504d010500000015000000000000000000000000"
            + "080d6d6573736167696e672e61636b0004deadbeef00000000000000000000000000000000"
        #expect(Hex.encode(message) == expected)
    }

    @Test func peerInfoOfThePluginTable() throws {
        let key = try #require(
            X25519PublicKey(hex: "6aef963cf54de54e960293995f2472dc555e1bc74cd23842a3702a51807c611c"))
        let bytes = try ControlFrame.peerInfo(PeerInfo(x25519: key, name: "node-a")).encode()
        #expect(Hex.encode(bytes) == "07\(key)066e6f64652d61")
    }

    @Test func encodesOnlyKindsThatPluginsMayHave() throws {
        func encode(kind: String, body: Int = 0) throws -> Int {
            try ControlFrame.pluginPayload(PluginPayload(kind: kind, body: [UInt8](repeating: 0, count: body)))
                .encode().count
        }
        #expect(throws: WireError(.unencodable, "")) { try encode(kind: "") }
        #expect(throws: WireError(.unencodable, "")) { try encode(kind: "ä") }
        #expect(throws: WireError(.unencodable, "")) { try encode(kind: String(repeating: "k", count: 256)) }
        #expect(throws: WireError(.tooLarge, "")) { try encode(kind: "k", body: 65_536) }
        #expect(try encode(kind: String(repeating: "k", count: 255), body: 65_535) == 65_794)
        #expect(try encode(kind: "k", body: PluginPayload.routedBodyLimit(kindLength: 1)) == WireLimits.meshPayload)
    }

    /// A name cut inside a character would make the receiver refuse the frame (`spec/wire.md` §13.3).
    @Test(arguments: [
        (String(repeating: "a", count: 300), 255), (String(repeating: "ü", count: 128), 254),
        ("a" + String(repeating: "☃", count: 100), 253), (String(repeating: "👩‍👩‍👧‍👦", count: 20), 250), ("", 0),
    ])
    func namesAreCutAtACharacter(_ name: String, _ bytes: Int) throws {
        let key = try #require(X25519PublicKey([UInt8](repeating: 1, count: 32)))
        let frame = try ControlFrame.decode(ControlFrame.peerInfo(PeerInfo(x25519: key, name: name)).encode())
        guard case .peerInfo(let info) = frame else {
            Issue.record("not a PeerInfo")
            return
        }
        #expect(name.hasPrefix(info.name))
        #expect(info.name.utf8.count == bytes)
    }
}

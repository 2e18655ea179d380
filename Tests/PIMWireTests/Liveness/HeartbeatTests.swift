import PIMCore
import PIMWire
import TestVectors
import Testing

@Suite struct HeartbeatTests {
    @Test(arguments: Vectors.shared.frames.heartbeat)
    func vectorsRoundTrip(_ vector: FrameVectors.Heartbeat) throws {
        let key = vector.fields.gwX25519Pub.bytes
        let heartbeat = Heartbeat(
            sender: vector.fields.senderId, timestampMilliseconds: vector.fields.timestamp,
            gatewayHops: vector.fields.gatewayHops, load: vector.fields.load,
            gatewayKey: key.contains { $0 != 0 } ? X25519PublicKey(key) : nil)
        #expect(heartbeat.encode() == vector.hex.bytes)
        #expect(try Heartbeat.decode(vector.hex.bytes) == heartbeat)
        #expect(try Heartbeat.decode(vector.hex.bytes + [1]) == heartbeat)
    }

    @Test(arguments: Vectors.shared.malformed.heartbeat)
    func refusesMalformedHeartbeats(_ vector: MalformedVectors.Case) {
        #expect(throws: WireError(.truncated, "")) { try Heartbeat.decode(vector.hex.bytes) }
        #expect(throws: WireError(.truncated, "")) { try Heartbeat.decode([UInt8](repeating: 0, count: 10)) }
    }
}

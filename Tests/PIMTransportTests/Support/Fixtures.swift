import NIOCore
import PIMCore
import PIMCrypto
import PIMTransport
import PIMWire

enum Fixtures {
    static let alice = NodeID(high: 0xaaaa_aaaa_aaaa_aaaa, low: 1)
    static let bob = NodeID(high: 0xbbbb_bbbb_bbbb_bbbb, low: 2)

    static let alicePrefix: UInt64 = 0xa11c_e000_0000_0001
    static let bobPrefix: UInt64 = 0xb0b0_0000_0000_0001

    static func key(_ byte: UInt8) throws -> SessionKey {
        try SessionKey([UInt8](repeating: byte, count: 32))
    }

    /// A handshake message of the size of a real one.
    static func hello(_ byte: UInt8 = 7) -> HandshakeMessage {
        .confirm(mac: [UInt8](repeating: byte, count: 32))
    }

    /// The same as a frame to send.
    static let helloFrame = OutboundFrame.direct(.handshake, [2] + [UInt8](repeating: 7, count: 32))

    static func header(_ flags: MeshFlags = [], ttl: UInt8 = 8) -> MeshHeader {
        MeshHeader(source: alice, destination: bob, ttl: ttl, flags: flags, payloadLength: 0)
    }

    static func mesh(_ payload: [UInt8]) -> OutboundFrame { .meshBytes(header(), payload) }

    /// A payload that says which one it is.
    static func numbered(_ number: Int, size: Int = 100) -> [UInt8] {
        var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number &* 31), count: max(size, 4))
        for position in 0..<4 { bytes[position] = UInt8(truncatingIfNeeded: number >> (8 * (3 - position))) }
        return bytes
    }

    static func number(of payload: ByteBuffer) -> Int? {
        payload.getInteger(at: payload.readerIndex, as: UInt32.self).map { Int($0) }
    }

    /// A stream message with these bytes in it, whatever they are.
    static func message(_ bytes: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(uint32: UInt32(bytes.count))
        writer.write(bytes: bytes)
        return writer.bytes
    }

    /// A Data frame on the stream around any plaintext, sealed with this session.
    static func sealed(_ plaintext: [UInt8], with session: LinkSession) throws -> [UInt8] {
        let empty = [UInt8](repeating: 0, count: WireLimits.transportHeader)
        var frame = empty + plaintext + [UInt8](repeating: 0, count: WireLimits.tag)
        try frame.withUnsafeMutableBytes { bytes in
            try session.seal(bytes)
        }
        return message(frame)
    }
}

extension LinkFrame {
    var counter: MeshCounter? {
        if case .dropped(let counter) = self { counter } else { nil }
    }

    var meshPayload: ByteBuffer? {
        if case .mesh(_, let payload) = self { payload } else { nil }
    }

    var handshake: HandshakeMessage? {
        if case .handshake(let message) = self { message } else { nil }
    }
}

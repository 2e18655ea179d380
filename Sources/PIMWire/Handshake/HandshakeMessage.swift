/// The three messages of a handshake: dialer → Init, listener → Response, dialer → Confirm. `spec/wire.md` §8.
public enum HandshakeMessage: Hashable, Sendable {
    case initiate(HandshakeHello)
    case respond(HandshakeHello)
    /// HMAC-SHA256 over the transcript, 32 bytes.
    case confirm(mac: [UInt8])

    /// - Throws: `unencodable` when a field has not exactly its size.
    public func encode() throws(WireError) -> [UInt8] {
        var writer = ByteWriter(capacity: WireLimits.handshakeHello)
        switch self {
        case .initiate(let hello):
            writer.write(uint8: 0)
            try hello.write(to: &writer)
        case .respond(let hello):
            writer.write(uint8: 1)
            try hello.write(to: &writer)
        case .confirm(let mac):
            guard mac.count == 32 else { throw WireError(.unencodable, "confirmation of \(mac.count) bytes") }
            writer.write(uint8: 2)
            writer.write(bytes: mac)
        }
        return writer.bytes
    }

    /// Reads one message from the front of `bytes` and ignores what follows.
    public static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> HandshakeMessage {
        var reader = ByteReader(bytes)
        try reader.require(1, "handshake message")
        switch try reader.uint8() {
        case 0:
            try reader.require(WireLimits.handshakeHello - 1, "handshake Init")
            return .initiate(try HandshakeHello(from: &reader))
        case 1:
            try reader.require(WireLimits.handshakeHello - 1, "handshake Response")
            return .respond(try HandshakeHello(from: &reader))
        case 2:
            try reader.require(WireLimits.handshakeConfirm - 1, "handshake Confirm")
            return .confirm(mac: Array(try reader.bytes(32)))
        case let kind: throw WireError(.unknownHandshakeKind, "\(kind)")
        }
    }

    public static func decode(_ bytes: [UInt8]) throws(WireError) -> HandshakeMessage {
        try decode(bytes[...])
    }
}

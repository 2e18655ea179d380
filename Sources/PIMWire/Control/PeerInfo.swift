public import PIMCore

/// A node's static X25519 key and display name. `spec/wire.md` §13.3.
public struct PeerInfo: Hashable, Sendable {
    public var x25519: X25519PublicKey
    /// At most 255 bytes of UTF-8 travel.
    public var name: String
    /// The proof that the node itself said so; `nil` for an unsigned PeerInfo (`design/extensions.md` §3). It covers the
    /// frame it came in: a PeerInfo made of other values has none.
    public private(set) var trailer: PeerInfoTrailer?

    public init(x25519: X25519PublicKey, name: String) {
        self.x25519 = x25519
        self.name = name
    }

    /// The longest beginning of `name` that ends at a character and has at most 255 bytes; cutting inside of one would
    /// make the receiver refuse the frame (§13.3).
    public var wireName: String {
        if name.utf8.count <= WireLimits.name { return name }
        var bytes = 0
        var end = name.startIndex
        for index in name.indices {
            bytes += name[index].utf8.count
            if bytes > WireLimits.name { break }
            end = name.index(after: index)
        }
        return String(name[..<end])
    }

    /// - Parameter frame: The whole control frame; `reader` stands behind its tag.
    init(from reader: inout ByteReader, of frame: ArraySlice<UInt8>) throws(WireError) {
        try reader.require(WireLimits.peerInfoHeader - 1, "PeerInfo")
        guard let key = X25519PublicKey(try reader.bytes(X25519PublicKey.byteCount)) else {
            throw WireError(.truncated, "PeerInfo key")
        }
        let length = Int(try reader.uint8())
        guard let name = String(validating: try reader.bytes(length), as: UTF8.self) else {
            throw WireError(.notUTF8, "PeerInfo name")
        }
        self.init(x25519: key, name: name)
        trailer = try PeerInfoTrailer.read(from: &reader, of: frame)
    }

    /// The frame without its tag.
    func write(to writer: inout ByteWriter) {
        guard let trailer else { return writeBody(to: &writer) }
        writer.write(bytes: trailer.frameBeforeSignature.dropFirst())
        writer.write(bytes: trailer.signature)
    }

    func writeBody(to writer: inout ByteWriter) {
        let name = Array(wireName.utf8)
        writer.write(bytes: x25519.bytes)
        writer.write(uint8: UInt8(name.count))
        writer.write(bytes: name)
    }
}

public import PIMCore

/// "Node N with key K listens on TCP port P": what every node tells its local network. `spec/discovery.md` §3.
///
/// Unsigned and undated: a hint where to dial, which proves nothing. The address is not inside, it is where the datagram
/// came from.
public struct Beacon: Hashable, Sendable {
    /// Bytes of a beacon in clear.
    public static let byteCount = 56
    /// Longer datagrams are nobody's: room for what later versions append behind a beacon (§12.9).
    public static let largestDatagram = 512
    public static let publicKeyByteCount = 32
    static let magic: [UInt8] = Array("PIMD".utf8)
    static let version: UInt8 = 0x01

    public var node: NodeID
    /// The Ed25519 public key, 32 bytes.
    public let publicKey: [UInt8]
    public var roles: BeaconRoles
    /// Where its transport listens.
    public var port: UInt16

    /// `nil` unless the key has 32 bytes.
    public init?(node: NodeID, publicKey: [UInt8], roles: BeaconRoles, port: UInt16) {
        guard publicKey.count == Self.publicKeyByteCount else { return nil }
        self.node = node
        self.publicKey = publicKey
        self.roles = roles
        self.port = port
    }

    /// The 56 bytes in clear.
    public func encode() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.write(bytes: Self.magic)
        writer.write(uint8: Self.version)
        writer.write(nodeID: node)
        writer.write(bytes: publicKey)
        writer.write(uint8: roles.rawValue)
        writer.write(uint16: port)
        return writer.bytes
    }

    /// Reads a beacon in clear; bytes behind it are ignored (§6.2).
    ///
    /// - Throws: `truncated`, `badMagic`, `unsupportedVersion`.
    public static func decode(_ bytes: [UInt8]) throws(WireError) -> Beacon {
        var reader = ByteReader(bytes)
        try reader.require(byteCount, "beacon")
        try reader.expect(magic: magic, version: version)
        let node = try reader.nodeID()
        let key = Array(try reader.bytes(publicKeyByteCount))
        let roles = BeaconRoles(rawValue: try reader.uint8())
        guard let beacon = Beacon(node: node, publicKey: key, roles: roles, port: try reader.uint16()) else {
            throw WireError(.truncated, "beacon key")
        }
        return beacon
    }
}

extension ByteReader {
    /// The five bytes that every beacon begins with.
    mutating func expect(magic: [UInt8], version: UInt8) throws(WireError) {
        guard try bytes(magic.count).elementsEqual(magic) else { throw WireError(.badMagic, "beacon") }
        let found = try uint8()
        guard found == version else { throw WireError(.unsupportedVersion, "beacon version \(found)") }
    }
}

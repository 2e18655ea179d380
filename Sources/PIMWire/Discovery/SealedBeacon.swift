/// The form of a beacon in a private mesh: a whole clear one under AES-256-GCM. `spec/discovery.md` §3.
///
/// Here it is only cut into its parts; `PIMCrypto` opens it.
public struct SealedBeacon: Hashable, Sendable {
    public static let nonceByteCount = 12
    /// Bytes on the wire.
    public static let byteCount = 5 + nonceByteCount + Beacon.byteCount + WireLimits.tag
    static let version: UInt8 = 0x02

    /// Random, new in every datagram.
    public let nonce: [UInt8]
    public let ciphertext: [UInt8]
    public let tag: [UInt8]

    /// `nil` unless the parts have 12, 56 and 16 bytes.
    public init?(nonce: [UInt8], ciphertext: [UInt8], tag: [UInt8]) {
        guard nonce.count == Self.nonceByteCount, ciphertext.count == Beacon.byteCount, tag.count == WireLimits.tag
        else { return nil }
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.tag = tag
    }

    /// The 89 bytes.
    public func encode() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.write(bytes: Beacon.magic)
        writer.write(uint8: Self.version)
        writer.write(bytes: nonce)
        writer.write(bytes: ciphertext)
        writer.write(bytes: tag)
        return writer.bytes
    }

    /// Cuts a sealed beacon into its parts; bytes behind it are ignored (§6.1).
    ///
    /// - Throws: `truncated`, `badMagic`, `unsupportedVersion`.
    public static func decode(_ bytes: [UInt8]) throws(WireError) -> SealedBeacon {
        var reader = ByteReader(bytes)
        try reader.require(byteCount, "sealed beacon")
        try reader.expect(magic: Beacon.magic, version: version)
        let nonce = Array(try reader.bytes(nonceByteCount))
        let ciphertext = Array(try reader.bytes(Beacon.byteCount))
        guard
            let beacon = SealedBeacon(
                nonce: nonce, ciphertext: ciphertext, tag: Array(try reader.bytes(WireLimits.tag)))
        else { throw WireError(.truncated, "sealed beacon") }
        return beacon
    }

    /// Whether bytes begin as a beacon of this form does, be it whole or not.
    public static func isBegun(by bytes: [UInt8]) -> Bool {
        bytes.starts(with: Beacon.magic + [version])
    }
}

extension Beacon {
    /// Whether bytes begin as a beacon in clear does, be it whole or not.
    public static func isBegun(by bytes: [UInt8]) -> Bool {
        bytes.starts(with: magic + [version])
    }
}

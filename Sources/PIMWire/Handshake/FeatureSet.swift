/// What a node promises to understand beyond the reference protocol. `design/extensions.md` §1.
public struct FeatureSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Every frame but handshakes is sealed on links whose other end says so too (§2).
    public static let sealedLinks = FeatureSet(rawValue: 1 << 0)
    /// Answers offers and reads sealed payloads (§4).
    public static let sessions = FeatureSet(rawValue: 1 << 1)
    /// Reads sealed packets in every role (§5).
    public static let sealedPackets = FeatureSet(rawValue: 1 << 2)
    /// Takes super-packets inside of sealed packets (§5).
    public static let gsoPackets = FeatureSet(rawValue: 1 << 3)

    /// The known bits, without those that need another one which is not set.
    public var effective: FeatureSet {
        var features = intersection([.sealedLinks, .sessions, .sealedPackets, .gsoPackets])
        if !features.contains(.sessions) { features.remove(.sealedPackets) }
        if !features.contains(.sealedPackets) { features.remove(.gsoPackets) }
        return features
    }
}

/// How features travel in the 32-byte nonce of a handshake, which the handshake's signature covers: nobody can strip
/// them. `design/extensions.md` §2.
extension FeatureSet {
    /// Random bytes of a nonce that announces features.
    static let nonceRandom = 20
    /// "PIM-EXT1"
    private static let marker: [UInt8] = [0x50, 0x49, 0x4d, 0x2d, 0x45, 0x58, 0x54, 0x31]

    /// The nonce of a handshake: 20 random bytes, the marker and the features; 32 random bytes when there are none.
    ///
    /// - Parameter random: 32 fresh random bytes.
    public func handshakeNonce(random: [UInt8]) -> [UInt8] {
        guard !isEmpty else { return random }
        var writer = ByteWriter(capacity: WireLimits.handshakeNonce)
        writer.write(bytes: random.prefix(Self.nonceRandom))
        writer.write(bytes: Self.marker)
        writer.write(uint32: rawValue)
        return writer.bytes
    }

    /// The features a handshake nonce announces, effective ones only; none without the marker.
    public init(handshakeNonce nonce: [UInt8]) {
        var reader = ByteReader(nonce)
        guard nonce.count == WireLimits.handshakeNonce, (try? reader.bytes(Self.nonceRandom)) != nil,
            let marker = try? reader.bytes(Self.marker.count), marker.elementsEqual(Self.marker),
            let value = try? reader.uint32()
        else {
            self = []
            return
        }
        self = FeatureSet(rawValue: value).effective
    }
}

extension HandshakeHello {
    /// What the sender announces; proven by the signature, fresh once the handshake is.
    public var features: FeatureSet { FeatureSet(handshakeNonce: nonce) }
}

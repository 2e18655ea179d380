/// What makes a PeerInfo a signed one: type-length-values behind its body, the last of them the origin's signature.
/// `design/extensions.md` §3.
///
/// Decoding checks the form. Who signed, for whom, and whether the signature holds is `PIMCrypto`'s to say.
public struct PeerInfoTrailer: Hashable, Sendable {
    /// Half of a key agreement between two nodes (§4). Keys are X25519 public keys, 32 bytes.
    public enum Exchange: Hashable, Sendable {
        /// A fresh ephemeral key of the node that wants a session.
        case offer([UInt8])
        /// A fresh ephemeral key of the node that grants it, and the key it answers.
        case answer(responder: [UInt8], initiator: [UInt8])
    }

    /// Effective features only; an invitation to make an offer, proof of nothing fresh.
    public let features: FeatureSet
    public let exchange: Exchange?
    /// The origin's Ed25519 public key, 32 bytes.
    public let publicKey: [UInt8]
    /// The origin's signature, 64 bytes.
    public let signature: [UInt8]
    /// Every byte of the control frame before the signature.
    public let frameBeforeSignature: [UInt8]

    enum Kind {
        static let origin: UInt8 = 1
        static let features: UInt8 = 2
        static let offer: UInt8 = 3
        static let answer: UInt8 = 4
    }

    /// "PIMX"
    static let magic: [UInt8] = [0x50, 0x49, 0x4d, 0x58]
    private static let keySize = 32

    /// Attaches a signature to what `unsigned(_:features:exchange:publicKey:)` made.
    ///
    /// - Throws: `badTrailer` for bytes that are not such a frame, or a signature that has not 64 bytes.
    public static func peerInfo(
        frameBeforeSignature: [UInt8], signature: [UInt8]
    ) throws(WireError) -> PeerInfo {
        guard signature.count == WireLimits.signature,
            case .peerInfo(let info) = try ControlFrame.decode(frameBeforeSignature + signature), info.trailer != nil
        else { throw WireError(.badTrailer, "signature") }
        return info
    }

    /// The bytes of a PeerInfo frame up to the signature that is still to be made.
    public static func unsigned(
        _ info: PeerInfo, features: FeatureSet, exchange: Exchange?, publicKey: [UInt8]
    ) -> [UInt8] {
        var writer = ByteWriter(capacity: WireLimits.signedPeerInfo)
        writer.write(uint8: ControlFrame.Tag.peerInfo)
        info.writeBody(to: &writer)
        writer.write(bytes: magic)
        if !features.isEmpty {
            writer.write(kind: Kind.features, length: 4)
            writer.write(uint32: features.rawValue)
        }
        switch exchange {
        case .offer(let key):
            writer.write(kind: Kind.offer, length: keySize)
            writer.write(bytes: key)
        case .answer(let responder, let initiator):
            writer.write(kind: Kind.answer, length: 2 * keySize)
            writer.write(bytes: responder)
            writer.write(bytes: initiator)
        case nil: break
        }
        writer.write(kind: Kind.origin, length: keySize + WireLimits.signature)
        writer.write(bytes: publicKey)
        return writer.bytes
    }

    /// Reads what follows the body of a PeerInfo.
    ///
    /// - Parameters:
    ///   - reader: Stands right behind the body.
    ///   - frame: The whole control frame.
    /// - Returns: `nil` when nothing of the kind follows: an unsigned PeerInfo, whose further bytes mean nothing.
    /// - Throws: `badTrailer` when it begins as one and is none.
    static func read(from reader: inout ByteReader, of frame: ArraySlice<UInt8>) throws(WireError) -> PeerInfoTrailer? {
        guard reader.remaining >= magic.count, try reader.bytes(magic.count).elementsEqual(magic) else { return nil }
        guard reader.remaining <= WireLimits.peerInfoTrailer else { throw WireError(.badTrailer, "too long") }
        var fields = Fields()
        while fields.origin == nil {
            guard reader.remaining >= 3 else { throw WireError(.badTrailer, "no origin at the end") }
            let kind = try reader.uint8()
            let length = Int(try reader.uint16())
            guard reader.remaining >= length else { throw WireError(.badTrailer, "value runs over") }
            try fields.take(kind, Array(try reader.bytes(length)))
        }
        guard reader.remaining == 0, let origin = fields.origin else { throw WireError(.badTrailer, "origin not last") }
        guard fields.exchange == nil || fields.features.contains(.sessions) else {
            throw WireError(.badTrailer, "key agreement without the feature")
        }
        return PeerInfoTrailer(
            features: fields.features, exchange: fields.exchange, publicKey: Array(origin.prefix(keySize)),
            signature: Array(origin.dropFirst(keySize)),
            frameBeforeSignature: Array(frame.dropLast(WireLimits.signature)))
    }

    /// The values of a trailer as they are met.
    private struct Fields {
        var features: FeatureSet = []
        var exchange: Exchange?
        var origin: [UInt8]?
        private var seen: Set<UInt8> = []

        mutating func take(_ kind: UInt8, _ value: [UInt8]) throws(WireError) {
            guard seen.insert(kind).inserted else { throw WireError(.badTrailer, "type \(kind) twice") }
            switch kind {
            case Kind.origin:
                try require(value, keySize + WireLimits.signature)
                origin = value
            case Kind.features:
                try require(value, 4)
                features = FeatureSet(rawValue: value.reduce(0) { $0 << 8 | UInt32($1) }).effective
            case Kind.offer:
                try require(value, keySize)
                try set(.offer(value))
            case Kind.answer:
                try require(value, 2 * keySize)
                try set(.answer(responder: Array(value.prefix(keySize)), initiator: Array(value.dropFirst(keySize))))
            default: break
            }
        }

        private func require(_ value: [UInt8], _ length: Int) throws(WireError) {
            guard value.count == length else { throw WireError(.badTrailer, "value of a wrong length") }
        }

        private mutating func set(_ value: Exchange) throws(WireError) {
            guard exchange == nil else { throw WireError(.badTrailer, "offer and answer") }
            exchange = value
        }
    }
}

extension ByteWriter {
    fileprivate mutating func write(kind: UInt8, length: Int) {
        write(uint8: kind)
        write(uint16: UInt16(truncatingIfNeeded: length))
    }
}

import Crypto
public import PIMCore
public import PIMWire

/// The four keys and the name of a session between two nodes. `design/extensions.md` §4.
///
/// Both nodes derive them from two ephemeral keys that two signed PeerInfos carried; neither key is ever stored, so what
/// travelled under a session stays secret when seeds are stolen later.
public struct EndToEndKeys: Sendable {
    private static let salt = Array("pim-seal-v1".utf8)

    public let id: SessionID
    public let payloadsOut: SessionKey
    public let payloadsIn: SessionKey
    public let packetsOut: SessionKey
    public let packetsIn: SessionKey

    /// The keys as the node that made the offer derives them.
    ///
    /// - Parameters:
    ///   - ephemeral: The key pair whose public half was offered.
    ///   - answer: The answering node's public key.
    /// - Throws: `invalidInput`, `weakAgreement`.
    public init(
        offering ephemeral: Ephemeral, answer: [UInt8], own: NodeID, peer: NodeID
    ) throws(CryptoError) {
        try self.init(
            agreement: ephemeral.agree(with: answer), offer: ephemeral.publicKey, answer: answer, own: own, peer: peer,
            offering: own, answering: peer)
    }

    /// The keys as the answering node derives them.
    ///
    /// - Parameters:
    ///   - ephemeral: The key pair whose public half is the answer.
    ///   - offer: The offering node's public key.
    /// - Throws: `invalidInput`, `weakAgreement`.
    public init(
        answering ephemeral: Ephemeral, offer: [UInt8], own: NodeID, peer: NodeID
    ) throws(CryptoError) {
        try self.init(
            agreement: ephemeral.agree(with: offer), offer: offer, answer: ephemeral.publicKey, own: own, peer: peer,
            offering: peer, answering: own)
    }

    private init(
        agreement: SymmetricKey, offer: [UInt8], answer: [UInt8], own: NodeID, peer: NodeID, offering: NodeID,
        answering: NodeID
    ) throws(CryptoError) {
        func derive(_ tag: UInt8, _ from: NodeID, _ to: NodeID, _ count: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: agreement, salt: Self.salt,
                info: [tag] + from.bytes + to.bytes + offer + answer, outputByteCount: count)
        }
        func key(_ tag: SealedFrameHeader.Tag, _ from: NodeID, _ to: NodeID) -> SessionKey {
            SessionKey(derive(tag.rawValue, from, to, 32))
        }
        id = SessionID(
            rawValue: derive(0, offering, answering, 8).withUnsafeBytes { $0.reduce(0) { $0 << 8 | UInt64($1) } })
        payloadsOut = key(.payload, own, peer)
        payloadsIn = key(.payload, peer, own)
        packetsOut = key(.packets, own, peer)
        packetsIn = key(.packets, peer, own)
    }

    func outgoing(_ tag: SealedFrameHeader.Tag) -> SessionKey { tag == .payload ? payloadsOut : packetsOut }

    func incoming(_ tag: SealedFrameHeader.Tag) -> SessionKey { tag == .payload ? payloadsIn : packetsIn }
}

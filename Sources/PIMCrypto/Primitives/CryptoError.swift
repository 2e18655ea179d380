public import PIMCore

/// Why a cryptographic step was refused. Always category *crypto* (`spec/wire.md` §16).
///
/// Equal by code: nobody branches on the context.
public struct CryptoError: Error, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A key, nonce, signature or buffer that has not the size it must have, or a value without wire form.
        public static let invalidInput = Code(rawValue: "invalid input")
        /// Not an Ed25519 key, or one of small order or in a non-canonical form.
        public static let invalidPublicKey = Code(rawValue: "invalid public key")
        public static let invalidSignature = Code(rawValue: "invalid signature")
        /// An X25519 agreement whose result anybody can predict.
        public static let weakAgreement = Code(rawValue: "weak key agreement")
        /// Our own key, ephemeral or frame came back.
        public static let reflected = Code(rawValue: "reflected")
        /// The handshake's confirmation does not verify: almost always another mesh secret (`spec/crypto.md` §12.16).
        public static let confirmMismatch = Code(rawValue: "confirm mismatch")
        /// Handshake steps out of order, or a second use of one handshake.
        public static let invalidState = Code(rawValue: "invalid state")
        /// All counters of the session are used up; it stays so.
        public static let nonceExhausted = Code(rawValue: "nonce exhausted")
        public static let encryptionFailed = Code(rawValue: "encryption failed")
        public static let decryptionFailed = Code(rawValue: "decryption failed")
        public static let replayedNonce = Code(rawValue: "replayed nonce")
        /// A frame of a sealed link opened, and one before it never arrived.
        public static let missingFrame = Code(rawValue: "missing frame")
        /// An end-to-end box below 60 bytes.
        public static let tooShort = Code(rawValue: "too short")
        public static let emptyPassphrase = Code(rawValue: "empty passphrase")
        /// Argon2id cost outside its bounds.
        public static let invalidCost = Code(rawValue: "invalid argon2 parameters")
        /// Argon2id itself failed, for want of memory as a rule.
        public static let derivationFailed = Code(rawValue: "derivation failed")
    }

    public let code: Code
    /// What was being done, for people.
    public let context: String

    public init(_ code: Code, _ context: String) {
        self.code = code
        self.context = context
    }

    public var description: String { "\(code.rawValue): \(context)" }
}

extension CryptoError: Equatable {
    public static func == (left: CryptoError, right: CryptoError) -> Bool { left.code == right.code }
}

extension PIMError {
    /// The shared error of category *crypto* for a cryptographic error.
    public init(_ error: CryptoError) {
        self.init(.crypto, error.description, cause: nil)
    }
}

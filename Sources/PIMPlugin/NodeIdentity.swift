public import PIMCore

/// What a plugin may do with the identity of its node, without seeing a secret.
public protocol NodeIdentity: Sendable {
    var nodeID: NodeID { get }
    /// The display name from `[node] name`.
    var nodeName: String { get }
    /// The Ed25519 public key, 32 bytes; `nodeID` is derived from it.
    var ed25519PublicKey: [UInt8] { get }
    var x25519PublicKey: X25519PublicKey { get }

    /// Signs with the node's Ed25519 key in a domain of this plugin's own: the signed bytes are
    /// `"pim-plugin-v1" ‖ n u8 ‖ plugin name (n) ‖ SHA-512(message)` (`design/extensions.md` §3), so no plugin can make a
    /// signature that means something elsewhere. 64 bytes.
    func sign(_ message: [UInt8]) throws -> [UInt8]

    /// Whether `signature` is what the plugin of this name on the node with this Ed25519 key made of `message`.
    func verify(_ signature: [UInt8], of message: [UInt8], by ed25519PublicKey: [UInt8]) -> Bool

    /// Seals bytes so that only the holder of the key can open them; 60 bytes longer (`spec/crypto.md` §7). The sender is
    /// not authenticated by it.
    ///
    /// - Throws: `PIMError` of category `crypto` for a key of small order.
    func seal(_ plaintext: [UInt8], to recipient: X25519PublicKey) throws -> [UInt8]

    /// Opens a box sealed to this node.
    ///
    /// - Throws: `PIMError` of category `crypto` when it is too short or was not sealed to this node.
    func open(_ box: [UInt8]) throws -> [UInt8]

    /// The node's raw Ed25519 seed, 32 bytes: whoever holds it is the node.
    ///
    /// - Throws: `PIMError` of category `plugin` unless the plugin asks for it by ``DaemonPlugin/requestsSigningSeed`` and the
    ///   operator granted it by `[plugins.<name>] expose_signing_seed = true`.
    func unsafeSigningSeed() throws -> [UInt8]
}

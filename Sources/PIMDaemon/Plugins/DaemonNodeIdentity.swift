internal import PIMCore
internal import PIMCrypto
internal import PIMPlugin

/// The node's identity as one plugin may use it.
struct DaemonNodeIdentity: NodeIdentity {
    let identity: Identity
    let nodeName: String
    let plugin: String
    /// Asked for by the plugin and granted by the operator.
    let mayReadSeed: Bool

    var nodeID: NodeID { identity.nodeID }
    var ed25519PublicKey: [UInt8] { identity.publicKey }
    var x25519PublicKey: X25519PublicKey { identity.x25519PublicKey }

    func sign(_ message: [UInt8]) throws -> [UInt8] {
        try PluginSignature.sign(message, plugin: plugin, by: identity)
    }

    func verify(_ signature: [UInt8], of message: [UInt8], by ed25519PublicKey: [UInt8]) -> Bool {
        do {
            try PluginSignature.verify(signature, of: message, plugin: plugin, publicKey: ed25519PublicKey)
            return true
        } catch {
            return false
        }
    }

    func seal(_ plaintext: [UInt8], to recipient: X25519PublicKey) throws -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        do {
            return try identity.seal(plaintext, to: recipient, using: &random)
        } catch {
            throw PIMError(.crypto, "cannot seal to this key", cause: error)
        }
    }

    func open(_ box: [UInt8]) throws -> [UInt8] {
        do {
            return try identity.open(box)
        } catch {
            throw PIMError(.crypto, "cannot open the box", cause: error)
        }
    }

    func unsafeSigningSeed() throws -> [UInt8] {
        guard mayReadSeed else {
            throw PIMError(
                .plugin,
                "plugin \(plugin) was not granted the signing seed: it must ask for it and [plugins.\(plugin)] "
                    + "expose_signing_seed must be true")
        }
        return identity.withSeed { Array($0) }
    }
}

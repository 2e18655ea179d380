internal import PIMCore
internal import PIMPlugin

/// The node's identity as a plugin sees it: uses no secret once the plugin has stopped, and keeps the seed to itself
/// unless both the plugin and the operator asked for it.
struct GatedIdentity: NodeIdentity {
    let base: any NodeIdentity
    let gate: PortGate
    let request: PluginPortRequest

    var nodeID: NodeID { base.nodeID }
    var nodeName: String { base.nodeName }
    var ed25519PublicKey: [UInt8] { base.ed25519PublicKey }
    var x25519PublicKey: X25519PublicKey { base.x25519PublicKey }

    func sign(_ message: [UInt8]) throws -> [UInt8] {
        try requireOpen()
        return try base.sign(message)
    }

    func verify(_ signature: [UInt8], of message: [UInt8], by ed25519PublicKey: [UInt8]) -> Bool {
        base.verify(signature, of: message, by: ed25519PublicKey)
    }

    func seal(_ plaintext: [UInt8], to recipient: X25519PublicKey) throws -> [UInt8] {
        try requireOpen()
        return try base.seal(plaintext, to: recipient)
    }

    func open(_ box: [UInt8]) throws -> [UInt8] {
        try requireOpen()
        return try base.open(box)
    }

    func unsafeSigningSeed() throws -> [UInt8] {
        try requireOpen()
        guard request.maySeeSigningSeed else {
            throw PIMError(
                .plugin,
                """
                the signing seed is not for plugin “\(request.plugin)”: it takes requestsSigningSeed in its code and \
                [plugins.\(request.plugin)] expose_signing_seed = true in the configuration
                """)
        }
        return try base.unsafeSigningSeed()
    }

    private func requireOpen() throws {
        guard gate.isOpen else { throw PIMError(.plugin, "plugin “\(request.plugin)” has stopped") }
    }
}

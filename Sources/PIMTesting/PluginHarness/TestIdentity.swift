public import PIMCore
internal import PIMCrypto
public import PIMPlugin
internal import PIMPluginHost

/// A test node's keys, derived from its name: the same name has the same keys in every run. Real cryptography, no secret.
public struct TestIdentity: Sendable {
    private let identity: Identity
    private let seed: [UInt8]
    public let name: String

    /// - Throws: what the key derivation throws; it does not for any name.
    public init(name: String) throws {
        seed = Self.seed(for: name)
        identity = try Identity(seed: seed)
        self.name = name
    }

    public var nodeID: NodeID { identity.nodeID }
    public var ed25519PublicKey: [UInt8] { identity.publicKey }
    public var x25519PublicKey: X25519PublicKey { identity.x25519PublicKey }

    /// The identity port a plugin of this name gets on this node, for tests that use one without a host.
    public func port(forPlugin plugin: String) -> any NodeIdentity {
        Port(identity: identity, seed: nil, nodeName: name, plugin: plugin)
    }

    func port(_ request: PluginPortRequest) -> any NodeIdentity {
        Port(
            identity: identity, seed: request.maySeeSigningSeed ? seed : nil, nodeName: name, plugin: request.plugin)
    }

    /// Spreads a name over 32 bytes. Anybody can compute it: for tests only.
    private static func seed(for name: String) -> [UInt8] {
        var state = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return (0..<32).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    private struct Port: NodeIdentity {
        let identity: Identity
        let seed: [UInt8]?
        let nodeName: String
        let plugin: String

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
                throw PIMError(error)
            }
        }

        func open(_ box: [UInt8]) throws -> [UInt8] {
            do {
                return try identity.open(box)
            } catch {
                throw PIMError(error)
            }
        }

        func unsafeSigningSeed() throws -> [UInt8] {
            guard let seed else { throw PIMError(.plugin, "plugin “\(plugin)” may not see the signing seed") }
            return seed
        }
    }
}

import PIMCore
import PIMCrypto
import PIMWire

@testable import PIMNode

/// The other end of a link, played by hand.
struct Remote {
    let identity: Identity
    let meshKey: MeshKey?
    /// What it announces; nothing for a reference node.
    var features: FeatureSet
    private var random: SplitMix64
    private var initiator: InitiatorHandshake?
    private var sequence: UInt64 = 1
    private(set) var responder: ResponderHandshake?

    init(_ byte: UInt8, meshKey: MeshKey? = nil, features: FeatureSet = []) throws {
        identity = try .filled(byte)
        self.features = features
        self.meshKey = meshKey
        random = SplitMix64(seed: UInt64(byte) + 1000)
    }

    var node: NodeID { identity.nodeID }

    mutating func initiate() throws -> HandshakeMessage {
        let handshake = try InitiatorHandshake(
            identity: identity, meshKey: meshKey, ephemeral: Ephemeral(using: &random), nonce: nonce())
        initiator = handshake
        return handshake.initiate
    }

    /// The Confirm for a Response.
    mutating func confirm(_ hello: HandshakeHello) throws -> HandshakeMessage {
        guard let message = try initiator?.receive(hello).confirm else { throw CryptoError(.invalidState, "test") }
        return message
    }

    mutating func respond(to hello: HandshakeHello) throws -> HandshakeMessage {
        var handshake = try ResponderHandshake(
            identity: identity, meshKey: meshKey, ephemeral: Ephemeral(using: &random), nonce: nonce())
        let response = try handshake.receive(hello)
        responder = handshake
        return response
    }

    /// Takes the Confirm for its latest Response.
    mutating func confirmed(_ mac: [UInt8]) throws -> HandshakeResult {
        guard let result = try responder?.confirm(mac) else { throw CryptoError(.invalidState, "test") }
        return result
    }

    func heartbeat(from sender: NodeID? = nil, gatewayHops: UInt8 = 255, load: UInt8 = 0) -> [UInt8] {
        Heartbeat(
            sender: sender ?? node, timestampMilliseconds: 1, gatewayHops: gatewayHops, load: load
        ).encode()
    }

    func control(_ frame: ControlFrame) throws -> [UInt8] { try frame.encode() }

    func peerInfo(_ name: String = "remote") throws -> [UInt8] {
        try ControlFrame.peerInfo(PeerInfo(x25519: identity.x25519PublicKey, name: name)).encode()
    }

    /// A PeerInfo signed for one node.
    func signedPeerInfo(for node: NodeID, _ exchange: PeerInfoTrailer.Exchange? = nil) throws -> PeerInfo {
        try PeerInfo(x25519: identity.x25519PublicKey, name: "remote")
            .signed(by: identity, for: node, features: features, exchange: exchange)
    }

    /// A fresh ephemeral key.
    mutating func ephemeral() throws -> Ephemeral { try Ephemeral(using: &random) }

    /// A signed update with this node's own entry and those given, under the next sequence number.
    mutating func update(
        _ entries: [RouteEntry] = [], gateway: Bool = false, sequence number: UInt64? = nil
    ) throws -> [UInt8] {
        sequence += 1
        return try RouteUpdate(
            signedBy: identity, sequence: number ?? sequence, entries: [RouteEntry(node, 0, gateway: gateway)] + entries
        ).encode()
    }

    private mutating func nonce() -> [UInt8] {
        features.handshakeNonce(random: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }
}

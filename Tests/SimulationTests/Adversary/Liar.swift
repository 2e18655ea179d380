import PIMCore
import PIMCrypto
import PIMNode
import PIMTesting
import PIMWire

/// A node that lies in every field it can: frames of every type, made right but for what they claim, made nearly right,
/// or made of noise.
struct Liar {
    let mesh: SimulatedMesh
    let node: MeshNode
    private let identity: Identity
    private let names: [NodeID]
    private var random: SeededGenerator
    private var sequence: UInt64 = 1 << 50
    /// Frames of others that it relayed.
    var recorded: [MeshFrame] = []

    init(_ node: MeshNode, in mesh: SimulatedMesh, seed: UInt64) {
        self.mesh = mesh
        self.node = node
        identity = mesh.identity(of: node)
        names = mesh.allNodes.map { mesh.nodeID(of: $0) }
        random = SeededGenerator(seed: seed)
    }

    /// Tells one lie to a neighbour, or through it to anybody.
    mutating func lie(to neighbour: MeshNode) {
        switch pick(9) {
        case 0: mesh.send(.routeUpdate, spoilt(routeUpdate()), from: node, to: neighbour)
        case 1: mesh.send(.heartbeat, spoilt(heartbeat()), from: node, to: neighbour)
        case 2, 3: mesh.send(.control, spoilt(control()), from: node, to: neighbour)
        case 4: mesh.send(.handshake, spoilt(handshake()), from: node, to: neighbour)
        case 5: mesh.send(pickType(), bytes(pick(300)), from: node, to: neighbour)
        default: mesh.send(meshFrame(), from: node)
        }
    }

    // MARK: Frames

    private mutating func routeUpdate() -> [UInt8] {
        let entries = (0..<pick(20)).map { _ in
            RouteEntry(
                destination: name(), hops: pick(2) == 0 ? UInt8(pick(256)) : UInt8(pick(10)), isGateway: pick(2) == 0,
                meshIPv4: IPv4Address(rawValue: UInt32(truncatingIfNeeded: random.next())))
        }
        sequence = pick(8) == 0 ? random.next() : sequence + 1
        var update = RouteUpdate(
            origin: pick(6) == 0 ? name() : identity.nodeID, sequence: sequence, entries: entries)
        update.signature = (try? identity.sign(update.signedBytes)) ?? []
        if pick(6) == 0 { update.signature = bytes(64) }
        return (try? update.encode()) ?? []
    }

    private mutating func heartbeat() -> [UInt8] {
        Heartbeat(
            sender: pick(6) == 0 ? name() : identity.nodeID, timestampMilliseconds: random.next(),
            gatewayHops: UInt8(pick(256)), load: UInt8(pick(256))
        ).encode()
    }

    private mutating func control() -> [UInt8] {
        let frame: ControlFrame =
            switch pick(8) {
            case 0: .goodbye(pick(4) == 0 ? identity.nodeID : name(), reason: UInt8(pick(256)))
            case 1: .rekey
            case 2: .ping(random.next())
            case 3: .pong(random.next())
            case 4: .pluginPayload(PluginPayload(kind: "test", body: bytes(pick(20))))
            default: .peerInfo(peerInfo())
            }
        return (try? frame.encode()) ?? []
    }

    /// Somebody's PeerInfo: unsigned, signed by the liar for anybody, or signed in the name of another.
    private mutating func peerInfo() -> PeerInfo {
        let key = X25519PublicKey(bytes(32)) ?? identity.x25519PublicKey
        let info = PeerInfo(x25519: key, name: "liar")
        let exchange: PeerInfoTrailer.Exchange? =
            switch pick(3) {
            case 0: .offer(bytes(32))
            case 1: .answer(responder: bytes(32), initiator: bytes(32))
            default: nil
            }
        let features: FeatureSet = exchange != nil ? [.sealedLinks, .sessions] : FeatureSet(rawValue: UInt32(pick(16)))
        switch pick(3) {
        case 0: return info
        case 1:
            return (try? info.signed(by: identity, for: name(), features: features, exchange: exchange)) ?? info
        default:
            let victim = mesh.identity(of: mesh.allNodes[pick(mesh.allNodes.count)])
            let frame = PeerInfoTrailer.unsigned(
                info, features: features, exchange: exchange, publicKey: victim.publicKey)
            let signed = try? PeerInfoTrailer.peerInfo(frameBeforeSignature: frame, signature: bytes(64))
            return signed ?? info
        }
    }

    private mutating func handshake() -> [UInt8] {
        let hello = HandshakeHello(
            publicKey: pick(2) == 0 ? identity.publicKey : bytes(32), ephemeral: bytes(32), nonce: bytes(32),
            signature: bytes(64))
        let message: HandshakeMessage =
            switch pick(3) {
            case 0: .initiate(hello)
            case 1: .respond(hello)
            default: .confirm(mac: bytes(32))
            }
        return (try? message.encode()) ?? []
    }

    private mutating func meshFrame() -> MeshFrame {
        let payload: [UInt8]
        switch pick(5) {
        case 0: payload = [pick(2) == 0 ? 0x42 : 0x43] + bytes(pick(120))
        case 1: payload = bytes(pick(200))
        case 2 where !recorded.isEmpty: payload = recorded[pick(recorded.count)].payload
        default: payload = spoilt(control())
        }
        return MeshFrame(
            source: name(), destination: name(), ttl: UInt8(pick(256)),
            flags: pick(4) == 0 ? MeshFlags(rawValue: UInt8(pick(256))) : .isControl, payload: payload)
    }

    // MARK: Choices

    /// The bytes, one time in four with a bit turned, or cut, or with more behind them.
    private mutating func spoilt(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty, pick(4) == 0 else { return bytes }
        var spoilt = bytes
        switch pick(3) {
        case 0: spoilt[pick(bytes.count)] ^= UInt8(1 << pick(8))
        case 1: spoilt.removeLast(1 + pick(bytes.count))
        default: spoilt += self.bytes(1 + pick(40))
        }
        return spoilt
    }

    /// A node of the mesh, or one time in four nobody.
    private mutating func name() -> NodeID {
        pick(4) == 0 ? NodeID(high: random.next(), low: random.next()) : names[pick(names.count)]
    }

    private mutating func pickType() -> FrameType { FrameType.allCases[pick(FrameType.allCases.count)] }
    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}

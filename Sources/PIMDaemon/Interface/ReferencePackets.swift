internal import NIOCore
internal import PIMCore
internal import PIMCrypto
internal import PIMNode
internal import PIMWire

/// Packets in the forms the reference protocol has: plain, boxed for a gateway, in fragments (`spec/wire.md` §9, §10).
///
/// Sent whole: fragments would double frames and help nobody on a stream (`spec/wire.md` §20.7). Confined to the mesh loop.
struct ReferencePackets {
    enum Opening {
        case packet(UnsafeMutableRawBufferPointer)
        /// The whole of fragments; a box may still be inside.
        case assembled([UInt8])
        case incomplete
        case refused(MeshCounter)
    }

    private static let remembered = 256
    /// Key agreements with senders of boxes that are not known yet, a second. Honest ones need one a minute.
    private static let agreementsPerSecond = 200.0

    private let keyOf: @Sendable (NodeID) -> X25519PublicKey?
    private let opener: EndToEndBoxOpener
    private var sealers: [NodeID: EndToEndBoxSealer] = [:]
    private var reassembler = Reassembler()
    private var agreements: TokenBucket
    private var random = SystemRandomNumberGenerator()
    private var buffer = ByteBufferAllocator().buffer(capacity: WireLimits.meshPayload)

    /// - Parameter keyOf: The key of a gateway, as far as it is known.
    init(identity: Identity, at time: MonotonicTime, keyOf: @escaping @Sendable (NodeID) -> X25519PublicKey?) {
        agreements = TokenBucket(
            capacity: Self.agreementsPerSecond * 2, refillPerSecond: Self.agreementsPerSecond, at: time)
        opener = EndToEndBoxOpener(identity: identity)
        self.keyOf = keyOf
    }

    /// The payload and the flags of the mesh frame for a packet; `nil` when it has no form.
    ///
    /// - Parameter leaves: Whether the packet leaves the mesh at `node`.
    mutating func form(
        of packet: UnsafeRawBufferPointer, for node: NodeID, leaves: Bool, at time: MonotonicTime
    ) -> (MeshFlags, ByteBuffer)? {
        buffer.clear()
        guard leaves, let sealer = sealer(for: node, at: time) else {
            guard packet.count <= WireLimits.meshPayload else { return nil }
            buffer.writeBytes(packet)
            return (leaves ? .isInternet : [], buffer)
        }
        guard packet.count + EndToEndBox.overhead <= WireLimits.meshPayload else { return nil }
        buffer.moveWriterIndex(to: EndToEndBox.header)
        buffer.writeBytes(packet)
        buffer.moveWriterIndex(forwardBy: WireLimits.tag)
        let isSealed = buffer.withUnsafeMutableReadableBytes { box in
            (try? sealer.seal(box, using: &random)) != nil
        }
        return isSealed ? ([.isInternet, .isE2E], buffer) : nil
    }

    private mutating func sealer(for node: NodeID, at time: MonotonicTime) -> EndToEndBoxSealer? {
        if let sealer = sealers[node], !sealer.isWorn(at: time) { return sealer }
        sealers[node] = nil
        guard let key = keyOf(node),
            let sealer = try? EndToEndBoxSealer(recipient: key, at: time, using: &random)
        else { return nil }
        if sealers.count >= Self.remembered { sealers = [:] }
        sealers[node] = sealer
        return sealer
    }

    mutating func expire(at time: MonotonicTime) { reassembler.expire(at: time) }

    /// Takes a payload apart where it stands.
    mutating func open(
        _ header: MeshHeader, _ payload: UnsafeMutableRawBufferPointer, isGateway: Bool, at time: MonotonicTime
    ) -> Opening {
        guard header.flags.contains(.isFragment) else { return unbox(payload, header, isGateway: isGateway, at: time) }
        guard let fragment = try? Fragment.decode(Array(payload)[...]) else { return .refused(.fragmentRefused) }
        switch reassembler.insert(fragment, from: header.source, at: time) {
        case .complete(let whole): return .assembled(whole)
        case .incomplete: return .incomplete
        case .refused: return .refused(.fragmentRefused)
        }
    }

    /// Opens the box around a packet, if there is one. No node but a gateway has any use for one (`spec/wire.md` §20.16).
    mutating func unbox(
        _ payload: UnsafeMutableRawBufferPointer, _ header: MeshHeader, isGateway: Bool, at time: MonotonicTime
    ) -> Opening {
        guard header.flags.contains(.isE2E) else { return .packet(payload) }
        guard isGateway else { return .refused(.boxRefused) }
        guard opener.knows(payload) || agreements.take(at: time) else { return .refused(.boxOverLimit) }
        guard let packet = try? opener.open(payload) else { return .refused(.boxRefused) }
        return .packet(packet)
    }
}

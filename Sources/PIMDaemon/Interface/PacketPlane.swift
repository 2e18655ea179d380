internal import NIOCore
internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMTransport
internal import PIMWire

/// Moves IP packets between the interface of this host and the mesh (`spec/host-network.md` §3, `design/extensions.md` §5).
///
/// Outwards: read, route by destination, put into the frame for that node and flow, seal, hand to the link. Inwards: open,
/// check every record, check destination and source, write. Per packet nothing is allocated, awaited or locked.
///
/// `@unchecked Sendable`: every stored variable is touched on the mesh loop only, as those of `MeshRuntime`. Raw buffers are
/// either the plane's own, from `init` to `deinit`, or lent by the caller and used within the call; what is read of them was
/// checked by `IPHeader`, `SuperPacket` or `PacketRecord`.
final class PacketPlane: @unchecked Sendable {
    private let device: TunnelDevice
    private unowned let mesh: MeshRuntime
    private let seed = UInt64.random(in: .min ... .max)
    private var frame = PacketFrame()
    private var flows = GatewayFlows()
    private var admission: PacketAdmission
    private var waiting = WaitingPackets()
    private var reference: ReferencePackets
    private var errorPace: TokenBucket
    /// The time of the batch at hand.
    private var now = MonotonicTime.zero
    private var isInBatch = false
    private(set) var traffic = PacketTraffic()

    /// ICMP errors to this host, a second.
    private static let errorsPerSecond = 100.0
    /// Segments of UDP that every kernel with the offload takes.
    private static let segmentsOfDeviceUDP = 64
    /// Segments cut here out of one frame; an honest one holds a few super-packets.
    private static let segmentsPerFrame = 512
    private var segmentsLeft = segmentsPerFrame
    /// The device is gone, or about to be closed.
    private var isDetached = false
    /// Bytes of the largest packet of either version of IP, and a header in front of it.
    private static let bufferSize = 65_664
    /// Where packets are read that follow the first one of a turn.
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)
    /// Where packets are cut that others do not take whole.
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)

    init(
        device: TunnelDevice, mesh: MeshRuntime, identity: Identity, prefixes: MeshPrefixes,
        keyOf: @escaping @Sendable (NodeID) -> X25519PublicKey?
    ) {
        self.device = device
        self.mesh = mesh
        admission = PacketAdmission(own: identity.nodeID, prefixes: prefixes)
        let time = BootClock.now()
        reference = ReferencePackets(identity: identity, at: time, keyOf: keyOf)
        errorPace = TokenBucket(capacity: Self.errorsPerSecond, refillPerSecond: Self.errorsPerSecond, at: time)
    }

    deinit {
        scratch.deallocate()
        input.deallocate()
    }

    // MARK: From the device

    /// One packet as it was read.
    func read(_ bytes: UnsafeRawBufferPointer) {
        guard !isDetached else { return }
        beginBatch()
        do {
            let virtio = device.hasOffload ? try VirtioHeader(decoding: bytes) : .plain
            let packet = UnsafeRawBufferPointer(rebasing: bytes[min(device.readPrefix, bytes.count)...])
            let header = try IPHeader(decoding: packet)
            guard header.packetLength == packet.count else { return mesh.drop(.packetMalformed) }
            try send(packet, header, virtio, as: bytes)
        } catch {
            mesh.drop(.packetMalformed)
        }
    }

    /// Reads one packet more of a queue, if there is one, and returns its bytes.
    func readFurther(_ queue: Int) -> Int? {
        guard !isDetached, let count = device.readPacket(into: input, queue: queue) else { return nil }
        read(UnsafeRawBufferPointer(rebasing: input[..<count]))
        return count
    }

    /// The device is about to be closed: nothing is read or written any more.
    func detach() { isDetached = true }

    /// The kernel hands out nothing more.
    func queueClosed() {
        guard !isDetached else { return }
        detach()
        mesh.interfaceLost()
    }

    /// Nothing more is to be read for now.
    func finishBatch() {
        flush()
        isInBatch = false
        mesh.reportPackets()
    }

    private func beginBatch() {
        guard !isInBatch else { return }
        isInBatch = true
        now = BootClock.now()
    }

    // MARK: Outwards

    private func send(
        _ packet: UnsafeRawBufferPointer, _ header: IPHeader, _ virtio: VirtioHeader, as read: UnsafeRawBufferPointer
    ) throws(WireError) {
        // Others would not take it: a connection that was open before the route was, or a socket bound to another interface.
        guard admission.isOwn(header.source) || mesh.table.isGateway else {
            return refuse(packet, header, .unreachable)
        }
        let flow = header.flow(of: packet, seed: seed)
        let node: NodeID
        let leaves: Bool
        switch mesh.table.route(to: header.destination) {
        case .drop(let counter): return mesh.drop(counter)
        case .unreachable: return refuse(packet, header, .unreachable)
        case .node(let owner): (node, leaves) = (owner, false)
        case .internet:
            guard let chosen = mesh.table.gateway else { return refuse(packet, header, .unreachable) }
            node = flows.gateway(
                for: flow, fragment: header.fragment(of: packet, seed: seed), chosen: chosen,
                routes: mesh.table.routes, at: now)
            leaves = true
        }
        let carriage = mesh.packetCarriage(to: node, at: now)
        if carriage != .waits { traffic.read(packet) }
        if leaves, carriage != .waits, carriage != .refused { admission.noteUse(of: node) }
        switch carriage {
        case .sealed(let takesSuperPackets):
            try pack(packet, header, virtio, for: node, flow: flow, takesSuperPackets: takesSuperPackets)
        case .reference:
            try forEachPacket(of: packet, header, virtio) { sendReference($0, to: node, leaves: leaves, flow: flow) }
        case .waits:
            let dropped = waiting.append(Array(read), for: node, at: now)
            for _ in 0..<dropped { mesh.drop(.packetWaitFull) }
        case .refused: refuse(packet, header, .unreachable)
        }
    }

    /// Puts a packet into a frame: whole if the other node takes it so.
    private func pack(
        _ packet: UnsafeRawBufferPointer, _ header: IPHeader, _ virtio: VirtioHeader, for node: NodeID, flow: UInt64,
        takesSuperPackets: Bool
    ) throws(WireError) {
        guard virtio.segmentation != .none else {
            guard packet.count <= PacketRecord.largestPacket else {
                return refuse(packet, header, .tooBig(mtu: PacketRecord.largestPacket))
            }
            prepareFrame(for: node, flow: flow, packetLength: packet.count)
            var failure: WireError?
            frame.append(room: packet.count, segmentSize: 0) { target in
                target.copyMemory(from: packet)
                do throws(WireError) { try virtio.completeChecksum(target) } catch { failure = error }
                return failure == nil ? packet.count : 0
            }
            if let failure { throw failure }
            return
        }
        let shape = try SuperPacket(packet, header: header, segmentSize: Int(virtio.segmentSize))
        let largest = min(PacketRecord.largestPacket, mesh.frameLimit(to: node))
        if takesSuperPackets, packet.count <= largest, shape.isCarriable(in: packet) {
            prepareFrame(for: node, flow: flow, packetLength: packet.count)
            return frame.append(room: packet.count, segmentSize: shape.segmentSize) { target in
                target.copyMemory(from: packet)
                shape.writeTravelChecksums(target)
                return packet.count
            }
        }
        for index in 0..<shape.segmentCount {
            prepareFrame(for: node, flow: flow, packetLength: shape.largestSegment)
            frame.append(room: shape.largestSegment, segmentSize: 0) {
                shape.writeSegment(index, of: packet, to: $0)
            }
        }
    }

    private func prepareFrame(for node: NodeID, flow: UInt64, packetLength: Int) {
        let limit = frame.isEmpty ? 0 : mesh.frameLimit(to: node)
        guard !frame.takes(packetLength, to: node, flow: flow, limit: limit) else { return }
        flush()
        frame.begin(for: node, flow: flow)
    }

    /// Seals the frame at hand and gives it to its link, if its flow has not got enough waiting there.
    private func flush() {
        guard let node = frame.destination else { return }
        let flow = frame.flow
        guard let way = way(to: node, flags: .isControl, length: frame.length, flow: flow) else {
            return frame.discard()
        }
        guard let payload = frame.take({ mesh.sealPackets($0, to: node, at: now) }) else {
            return mesh.drop(.noWireForm)
        }
        mesh.send(payload, of: flow, on: way)
    }

    private func sendReference(_ packet: UnsafeRawBufferPointer, to node: NodeID, leaves: Bool, flow: UInt64) {
        guard let (flags, payload) = reference.form(of: packet, for: node, leaves: leaves, at: now) else {
            return mesh.drop(.noWireForm)
        }
        guard let way = way(to: node, flags: flags, length: payload.readableBytes, flow: flow) else { return }
        mesh.send(payload, of: flow, on: way)
    }

    /// The way a frame of a flow takes; `nil` and counted when there is none, or the flow has its share waiting there.
    private func way(to node: NodeID, flags: MeshFlags, length: Int, flow: UInt64) -> PacketWay? {
        guard let way = mesh.way(to: node, flags: flags, payloadLength: length) else {
            mesh.drop(.noRoute)
            return nil
        }
        guard way.link.hasRoom(for: length, header: way.header, flow: flow) else {
            mesh.drop(.congested)
            return nil
        }
        return way
    }

    /// Calls `body` with every packet a super-packet stands for, or with the one there is, checksums complete.
    private func forEachPacket(
        of packet: UnsafeRawBufferPointer, _ header: IPHeader, _ virtio: VirtioHeader,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(WireError) {
        guard virtio.segmentation != .none else {
            guard packet.count <= scratch.count else { return mesh.drop(.packetMalformed) }
            let target = UnsafeMutableRawBufferPointer(rebasing: scratch[..<packet.count])
            target.copyMemory(from: packet)
            try virtio.completeChecksum(target)
            return body(UnsafeRawBufferPointer(target))
        }
        cut(packet, into: try SuperPacket(packet, header: header, segmentSize: Int(virtio.segmentSize)), body)
    }

    /// Calls `body` with each segment, which is gone after the call.
    private func cut(
        _ packet: UnsafeRawBufferPointer, into shape: SuperPacket, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        for index in 0..<shape.segmentCount {
            let length = shape.writeSegment(index, of: packet, to: scratch)
            body(UnsafeRawBufferPointer(rebasing: scratch[..<length]))
        }
    }

    /// Tells this host that a packet goes nowhere.
    private func refuse(_ packet: UnsafeRawBufferPointer, _ header: IPHeader, _ error: ICMPError) {
        mesh.drop(.packetUnreachable)
        guard errorPace.take(at: now) else { return }
        // In the name of the destination: the kernel takes nothing over IPv4 that comes from an address of its own.
        guard let answer = error.packet(answering: packet, header: header, from: header.destination) else { return }
        answer.withUnsafeBytes { write($0, .plain) }
    }

    // MARK: Waiting

    /// It is known by now how packets to a node travel.
    func carriageChanged(to node: NodeID) {
        guard !waiting.isEmpty else { return }
        let wasInBatch = isInBatch
        beginBatch()
        for _ in 0..<waiting.expire(at: now) { mesh.drop(.packetWaitFull) }
        for packet in waiting.take(for: node, at: now) { packet.withUnsafeBytes { read($0) } }
        flush()
        isInBatch = wasInBatch
    }

    /// Gives up what has waited too long: for a session, or for the rest of its fragments.
    func expire(at time: MonotonicTime) {
        if !waiting.isEmpty { for _ in 0..<waiting.expire(at: time) { mesh.drop(.packetWaitFull) } }
        reference.expire(at: time)
    }

    // MARK: Inwards

    /// The records of an opened frame.
    func deliver(_ plaintext: UnsafeMutableRawBufferPointer, from sender: NodeID) {
        segmentsLeft = Self.segmentsPerFrame
        do {
            try PacketRecord.forEach(in: plaintext, acceptsSuperPackets: true) { record in
                accept(record.packet, record.header, record.superPacket, from: sender)
            }
        } catch {
            mesh.drop(.packetRecordsMalformed)
        }
    }

    /// A packet, a fragment or a box in reference form, addressed to this node.
    func deliverReference(_ header: MeshHeader, _ payload: UnsafeMutableRawBufferPointer) {
        let time = BootClock.now()
        let isGateway = mesh.table.isGateway
        switch reference.open(header, payload, isGateway: isGateway, at: time) {
        case .packet(let packet): acceptReference(packet, from: header.source)
        case .assembled(var packet):
            packet.withUnsafeMutableBytes { whole in
                guard case .packet(let packet) = reference.unbox(whole, header, isGateway: isGateway, at: time) else {
                    return mesh.drop(.boxRefused)
                }
                acceptReference(packet, from: header.source)
            }
        case .incomplete: break
        case .refused(let counter): mesh.drop(counter)
        }
    }

    private func acceptReference(_ packet: UnsafeMutableRawBufferPointer, from sender: NodeID) {
        guard let header = try? IPHeader(decoding: UnsafeRawBufferPointer(packet)), header.packetLength == packet.count
        else { return mesh.drop(.packetMalformed) }
        accept(packet, header, nil, from: sender)
    }

    private func accept(
        _ packet: UnsafeMutableRawBufferPointer, _ header: IPHeader, _ shape: SuperPacket?, from sender: NodeID
    ) {
        if let refusal = admission.refusal(of: header, from: sender, table: mesh.table) { return mesh.drop(refusal) }
        let queue = queue(for: header, UnsafeRawBufferPointer(packet))
        guard let shape else { return write(UnsafeRawBufferPointer(packet), .plain, queue: queue) }
        let isCutByDevice =
            device.hasOffload
            && (shape.isTCP || device.hasUDPOffload && shape.segmentCount <= Self.segmentsOfDeviceUDP)
        guard isCutByDevice else {
            guard segmentsLeft >= shape.segmentCount else { return mesh.drop(.packetSegmentsOverLimit) }
            segmentsLeft -= shape.segmentCount
            return cut(UnsafeRawBufferPointer(packet), into: shape) { write($0, .plain, queue: queue) }
        }
        let virtio = shape.prepareForDevice(packet)
        write(UnsafeRawBufferPointer(packet), virtio, queue: queue)
    }

    /// The queue of the device that the other direction of a flow will be read from: the first one for what is neither TCP
    /// nor UDP and seldom much, the others by flow.
    private func queue(for header: IPHeader, _ packet: UnsafeRawBufferPointer) -> Int {
        let others = device.descriptors.count - 1
        guard others > 0, header.hasPorts else { return 0 }
        return 1 + Int(header.flow(of: packet, seed: seed) % UInt64(others))
    }

    private func write(_ packet: UnsafeRawBufferPointer, _ virtio: VirtioHeader, queue: Int = 0) {
        guard !isDetached else { return }
        let isWritten =
            device.hasOffload
            ? virtio.withBytes { device.write($0, packet, queue: queue) }
            : device.write(UnsafeRawBufferPointer(start: nil, count: 0), packet)
        guard isWritten else { return mesh.drop(.packetNotWritten) }
        traffic.wrote(packet)
    }
}

internal import NIOCore
internal import PIMCore
internal import PIMNode
internal import PIMTransport
internal import PIMWire

/// What became of a frame of packets.
enum PacketSending {
    case sent
    case noRoute
    /// The link has no room for it and will say when it has.
    case congested(LinkID)
}

/// What the packet plane asks of the mesh. All on the mesh loop.
extension MeshRuntime {
    func drop(_ counter: MeshCounter) { traffic.drop(counter) }

    func packetCarriage(to node: NodeID, at time: MonotonicTime) -> PacketCarriage {
        sealed.packetCarriage(to: node, at: time)
    }

    func sealPackets(_ frame: UnsafeMutableRawBufferPointer, to node: NodeID, at time: MonotonicTime) -> Bool {
        sealed.sealPackets(frame, to: node, at: time)
    }

    func sendPackets(_ frame: HeldFrame) -> PacketSending {
        guard let route = table.routes[frame.destination], let link = links[route.link] else { return .noRoute }
        let header = MeshHeader(
            source: table.own, destination: frame.destination, ttl: WireLimits.initialTTL, flags: frame.flags,
            payloadLength: frame.payload.readableBytes)
        switch link.send(.packets(header, frame.payload, flow: frame.flow), lane: .data) {
        case .queued:
            traffic.forwarded(bytes: frame.payload.readableBytes)
            return .sent
        case .congested: return .congested(link.id)
        case .closed: return .noRoute
        }
    }

    /// The end of a batch: the control plane hears what it has to.
    func reportPackets() {
        guard sealed.hasReports else { return }
        reportSessions()
        scheduleTick()
    }

    /// Starts to carry packets.
    func attach(_ plane: PacketPlane) {
        loop.preconditionInEventLoop()
        packets = plane
    }

    func detachPackets() {
        loop.preconditionInEventLoop()
        packets = nil
    }
}

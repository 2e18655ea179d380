internal import NIOCore
internal import PIMCore
internal import PIMNode
internal import PIMTransport
internal import PIMWire

/// How a frame of packets leaves.
struct PacketWay {
    let link: any Link
    let header: MeshHeader
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

    /// The link to a node, and the header a frame to it gets; `nil` without a route.
    func way(to node: NodeID, flags: MeshFlags, payloadLength: Int) -> PacketWay? {
        guard let route = table.routes[node], let link = links[route.link] else { return nil }
        return PacketWay(
            link: link,
            header: MeshHeader(
                source: table.own, destination: node, ttl: WireLimits.initialTTL, flags: flags,
                payloadLength: payloadLength))
    }

    /// Bytes of the largest frame to build for a node.
    func frameLimit(to node: NodeID) -> Int {
        table.routes[node].flatMap { links[$0.link]?.frameLimit } ?? WireLimits.meshPayload
    }

    func send(_ payload: ByteBuffer, of flow: UInt64, on way: PacketWay) {
        switch way.link.send(.packets(way.header, payload, flow: flow), lane: .data) {
        case .queued: traffic.forwarded(bytes: payload.readableBytes)
        case .congested: traffic.drop(.congested)
        case .closed: traffic.drop(.noRoute)
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
        packets?.detach()
        packets = nil
    }

    /// Somebody removed the interface under the daemon. Its peers hear that packets are no longer taken here.
    func interfaceLost() {
        packets = nil
        reporter.interfaceLost()
        loop.execute { [self] in handle(.request(.setFeatures([.sealedLinks, .sessions]))) }
    }
}

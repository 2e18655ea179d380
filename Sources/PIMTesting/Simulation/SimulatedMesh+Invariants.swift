import PIMCore
import PIMNode
import PIMWire

/// What must hold in every mesh at every moment.
extension SimulatedMesh {
    /// Looks at every step of every control plane before its effects are carried out.
    func inspect(_ effects: [ControlEffect], after input: ControlInput, at daemon: SimulatedDaemon) {
        var installed: Set<LinkID> = []
        for effect in effects {
            digest(effect, at: daemon.node)
            switch effect {
            case .installSession(let link, _, _, _, _): installed.insert(link)
            case .send(let link, let type, let bytes):
                noteSent(bytes: bytes.count, isRouteUpdate: type == .routeUpdate)
                guard type != .handshake, !installed.contains(link), !daemon.hasSession(on: link) else { continue }
                report("\(daemon.node) sends \(type) on \(link), which has no session")
            case .sendMesh(let link, _):
                guard !installed.contains(link), !daemon.hasSession(on: link) else { continue }
                report("\(daemon.node) sends a mesh frame on \(link), which has no session")
            case .publish(let table): check(table, installed, at: daemon)
            default: continue
            }
        }
        if isUnauthenticated(input, at: daemon), effects.contains(where: isAction) {
            report("\(daemon.node) acts on an unauthenticated frame")
        }
        checkBounds(of: daemon)
    }

    /// Whether the input is a frame from somebody who has proven nothing.
    private func isUnauthenticated(_ input: ControlInput, at daemon: SimulatedDaemon) -> Bool {
        switch input {
        case .directFrame(let link, _, _), .dataOpened(let link), .routedControl(_, _, let link):
            !daemon.hasSession(on: link)
        default: false
        }
    }

    private func isAction(_ effect: ControlEffect) -> Bool {
        if case .event(.counted) = effect { false } else { true }
    }

    private func check(_ table: ForwardingTable, _ installed: Set<LinkID>, at daemon: SimulatedDaemon) {
        for (destination, route) in table.routes {
            if destination == table.own { report("\(daemon.node) has a route to itself") }
            if !(1...9).contains(route.hops) { report("\(daemon.node) has a route of \(route.hops) hops") }
            if !installed.contains(route.link), !daemon.hasSession(on: route.link) {
                report("\(daemon.node) routes over \(route.link), which has no session")
            }
            if indexOfNode(destination) == nil { report("\(daemon.node) has a route to nobody") }
        }
    }

    private func checkBounds(of daemon: SimulatedDaemon) {
        let limits = nodes[daemon.node.index].configuration.limits
        let targets = nodes[daemon.node.index].configuration.targets.count
        let links = limits.links + limits.strangers + targets
        if daemon.plane.linkCount > links { report("\(daemon.node) has too many links") }
        if daemon.plane.strangerCount > limits.strangers { report("\(daemon.node) has too many strangers") }
    }

    /// Follows the next hops to every destination, as far as cables carry frames. Called when the tables have not changed
    /// for a while.
    func checkLoops() {
        for destination in nodes where destination.daemon != nil {
            for start in nodes where start.daemon != nil && start.node != destination.node {
                var visited: Set<MeshNode> = [start.node]
                var here = start.node
                while here != destination.node, let next = nextHop(from: here, to: destination.node),
                    hasCable(between: here, and: next)
                {
                    guard visited.insert(next).inserted else {
                        report("frames from \(start.node) to \(destination.node) go in circles")
                        break
                    }
                    here = next
                }
            }
        }
    }

    private func digest(_ effect: ControlEffect, at node: MeshNode) {
        mix(UInt64(node.index))
        mix(UInt64(bitPattern: time.nanoseconds))
        switch effect {
        case .send(let link, _, let bytes):
            mix(link.rawValue)
            for byte in bytes { mix(UInt64(byte)) }
        case .sendMesh(let link, let frame):
            mix(link.rawValue)
            mix(frame.destination.low)
        case .publish(let table):
            for (destination, route) in table.routes.sorted(by: { $0.key < $1.key }) {
                mix(destination.low)
                mix(route.link.rawValue << 8 | UInt64(route.hops))
            }
        case .close(let link, _): mix(link.rawValue)
        case .dial(let dial, _): mix(dial.rawValue)
        default: return
        }
    }
}

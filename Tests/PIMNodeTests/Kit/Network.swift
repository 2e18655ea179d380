import PIMCore
import PIMCrypto
import PIMWire

@testable import PIMNode

/// Some control planes joined by perfect wires without delay: what one sends, the other handles next. Sealed frames
/// count as opened and are relayed. For everything that takes time there is `PIMTesting`.
struct Network {
    private(set) var subjects: [Subject]
    private var wires: [LinkID: (owner: Int, far: LinkID)] = [:]
    /// Renewals whose first frame comes as soon as the other end has installed them.
    private var proposed: [LinkID: UInt64] = [:]
    private var lastLink: UInt64 = 100
    private var queue: [(node: Int, arrival: Arrival)] = []

    private enum Arrival {
        case input(ControlInput)
        case mesh(LinkID, MeshFrame)
    }

    /// What each node was told to do, in order.
    private(set) var effects: [[ControlEffect]]

    init(_ subjects: [Subject]) {
        self.subjects = subjects
        effects = subjects.map { _ in [] }
    }

    func node(_ index: Int) -> NodeID { subjects[index].plane.own }

    /// Opens a connection that `dialer` makes for a dial it has asked for.
    @discardableResult
    mutating func open(_ dial: DialID, from dialer: Int, to acceptor: Int) -> (near: LinkID, far: LinkID) {
        let near = LinkID(rawValue: lastLink + 1)
        let far = LinkID(rawValue: lastLink + 2)
        lastLink += 2
        wires[near] = (owner: dialer, far: far)
        wires[far] = (owner: acceptor, far: near)
        let claimed = node(dialer)
        queue.append(
            (
                dialer,
                .input(.linkOpened(near, direction: .dialed(dial), preamble: nil, remoteAddress: "node:\(acceptor)"))
            ))
        queue.append(
            (
                acceptor,
                .input(.linkOpened(far, direction: .accepted, preamble: claimed, remoteAddress: "node:\(dialer)"))
            ))
        return (near, far)
    }

    /// Lets a node tick and returns the dials it asks for.
    mutating func dialsDue(at index: Int) -> [DialID] {
        let made = subjects[index].handle(.tick)
        enqueue(made, from: index)
        return made.dials.map(\.0)
    }

    mutating func input(_ input: ControlInput, to index: Int) { queue.append((index, .input(input))) }

    /// Delivers everything until the wires are quiet.
    mutating func run() {
        while !queue.isEmpty {
            let (index, arrival) = queue.removeFirst()
            switch arrival {
            case .input(let input): enqueue(subjects[index].handle(input), from: index)
            case .mesh(let link, let frame): receive(frame, on: link, at: index)
            }
        }
    }

    /// Lets the same time pass at every node.
    mutating func advance(by duration: Duration) {
        for index in subjects.indices { enqueue(subjects[index].advance(by: duration), from: index) }
        run()
    }

    private mutating func enqueue(_ made: [ControlEffect], from index: Int) {
        effects[index] += made
        for effect in made {
            switch effect {
            case .send(let link, .handshake, let bytes):
                guard let message = try? HandshakeMessage.decode(bytes) else { continue }
                deliver(over: link) { .input(.handshake($0, message)) }
            case .send(let link, let type, let bytes): deliver(over: link) { .input(.directFrame($0, type, bytes)) }
            case .sendMesh(let link, let frame):
                deliver(over: link) { .mesh($0, frame) }
            case .proposeSession(let link, _, let prefix, _, _): proposed[link] = prefix
            case .installSession(let link, _, _, _, _):
                guard let far = wires[link]?.far, let prefix = proposed.removeValue(forKey: far) else { continue }
                deliver(over: link) { .input(.sessionProven($0, noncePrefix: prefix)) }
            case .close(let link, _):
                deliver(over: link) { .input(.linkClosed($0)) }
                if let far = wires.removeValue(forKey: link)?.far { wires[far] = nil }
            default: continue
            }
        }
    }

    private mutating func receive(_ frame: MeshFrame, on link: LinkID, at index: Int) {
        enqueue(subjects[index].handle(.dataOpened(link)), from: index)
        let plane = subjects[index].plane
        switch Forwarder.decide(frame.header, from: link, table: plane.forwardingTable) {
        case .deliverControl:
            guard let control = try? ControlFrame.decode(frame.payload) else { return }
            enqueue(
                subjects[index].handle(.routedControl(source: frame.source, control, via: link)), from: index)
        case .relay(let next):
            var relayed = frame
            relayed.ttl -= 1
            deliver(over: next) { .mesh($0, relayed) }
        case .deliverPacket, .drop: return
        }
    }

    private mutating func deliver(over link: LinkID, _ make: (LinkID) -> Arrival) {
        guard let far = wires[link]?.far, let owner = wires[far]?.owner else { return }
        queue.append((owner, make(far)))
    }
}

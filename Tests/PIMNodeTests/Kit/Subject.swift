import PIMCore
import PIMCrypto
import PIMWire

@testable import PIMNode

/// A control plane under test with its clock and its random numbers.
struct Subject {
    var plane: ControlPlane
    var now = Moment(monotonic: .seconds(100), unixMilliseconds: 1_700_000_000_000)
    private var random = SplitMix64(seed: 1)

    /// The node with the key file 32 × 01, unless told otherwise.
    init(
        _ identity: Identity? = nil, configuration: ControlConfiguration = ControlConfiguration(name: "subject"),
        meshKey: MeshKey? = nil
    ) throws {
        plane = ControlPlane(
            configuration: configuration, identity: try identity ?? .filled(0x01), meshKey: meshKey, at: now)
    }

    @discardableResult
    mutating func handle(_ input: ControlInput) -> [ControlEffect] {
        plane.handle(input, at: now, using: &random)
    }

    /// Lets time pass, with a tick at every deadline on the way and one at the end.
    @discardableResult
    mutating func advance(by duration: Duration) -> [ControlEffect] {
        let end = now.monotonic.advanced(by: duration)
        var effects: [ControlEffect] = []
        var overdue = 0
        while let deadline = plane.nextDeadline, deadline < end {
            overdue = deadline <= now.monotonic ? overdue + 1 : 0
            precondition(overdue < 100, "a deadline that nothing attends to: the daemon would spin")
            move(to: max(deadline, now.monotonic.advanced(by: .nanoseconds(1))))
            effects += handle(.tick)
        }
        move(to: end)
        return effects + handle(.tick)
    }

    private mutating func move(to time: MonotonicTime) {
        let passed = now.monotonic.duration(to: time)
        now.monotonic = time
        now.unixMilliseconds += UInt64(max(0, passed.wholeMilliseconds))
    }

    /// A connection that this node accepted from the remote, without its handshake.
    @discardableResult
    mutating func accept(_ remote: Remote, on link: LinkID = .first, preamble: NodeID? = nil) -> [ControlEffect] {
        handle(
            .linkOpened(
                link, direction: .accepted, preamble: preamble ?? remote.node, remoteAddress: "192.0.2.1:40000"))
    }

    /// Goes through a whole handshake that the remote initiates.
    @discardableResult
    mutating func connect(_ remote: inout Remote, on link: LinkID = .first) throws -> [ControlEffect] {
        var effects = accept(remote, on: link)
        effects += try handshake(from: &remote, on: link)
        return effects
    }

    /// The same on a link between two hosts.
    @discardableResult
    mutating func connect(
        _ remote: inout Remote, on link: LinkID, from far: String, to near: String
    ) throws -> [ControlEffect] {
        var effects = handle(
            .linkOpened(
                link, direction: .accepted, preamble: remote.node, remoteAddress: "\(far):40000",
                localAddress: "\(near):9100"))
        effects += try handshake(from: &remote, on: link)
        return effects
    }

    /// Lets time pass while heartbeats of the remote come on some links.
    @discardableResult
    mutating func stayAlive(
        _ remote: Remote, on links: [LinkID], for duration: Duration
    ) -> [ControlEffect] {
        var effects: [ControlEffect] = []
        let end = now.monotonic.advanced(by: duration)
        while now.monotonic < end {
            effects += advance(by: min(.milliseconds(500), now.monotonic.duration(to: end)))
            for link in links { effects += handle(.directFrame(link, .heartbeat, remote.heartbeat())) }
        }
        return effects
    }

    /// Init and Confirm from the remote on a link that is open.
    @discardableResult
    mutating func handshake(from remote: inout Remote, on link: LinkID = .first) throws -> [ControlEffect] {
        var effects = handle(.handshake(link, try remote.initiate()))
        guard case .respond(let hello)? = effects.handshakes(on: link).last else { return effects }
        effects += handle(.handshake(link, try remote.confirm(hello)))
        return effects
    }

    /// Starts the dial that is due and lets it come through on the link; returns what followed.
    mutating func dialThrough(on link: LinkID = .first) -> [ControlEffect] {
        guard let (dial, address) = handle(.tick).dials.first else { return [] }
        return handle(.linkOpened(link, direction: .dialed(dial), preamble: nil, remoteAddress: address))
    }

    /// Goes through a whole handshake that this node initiates; the session is unconfirmed afterwards.
    @discardableResult
    mutating func dial(_ remote: inout Remote, on link: LinkID = .first) throws -> [ControlEffect] {
        var effects = dialThrough(on: link)
        guard case .initiate(let hello)? = effects.handshakes(on: link).last else { return effects }
        effects += handle(.handshake(link, try remote.respond(to: hello)))
        return effects
    }

    /// The routes as destination → distance.
    var distances: [NodeID: UInt8] {
        Dictionary(uniqueKeysWithValues: plane.routes.map { ($0.destination, $0.hops) })
    }
}

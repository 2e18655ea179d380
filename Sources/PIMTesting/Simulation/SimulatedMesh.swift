public import PIMCore
public import PIMCrypto
import PIMNode
import PIMTransport
public import PIMWire

/// Nodes of the real engine on in-memory links and virtual time, in one thread of a test.
///
///     let mesh = SimulatedMesh(seed: 7)
///     let (a, r, b) = (mesh.addNode(), mesh.addNode(), mesh.addNode())
///     mesh.link(a, r, latency: .milliseconds(5))
///     mesh.link(r, b, latency: .milliseconds(5))
///     mesh.run(until: { mesh.hasRoute(from: a, to: b) }, limit: .seconds(10))
///
/// Every frame is encoded, sealed, opened and decoded as on a socket. The seed determines everything: equal calls on
/// equal seeds give equal runs, which `fingerprint` shows. Invariants are checked on the way and collected in
/// `violations`. Not concurrency-safe: it belongs to the test that made it.
public final class SimulatedMesh {
    /// Virtual time. Starts at zero.
    public private(set) var time: MonotonicTime = .zero
    /// Things that must never happen and did, with their time and node.
    public private(set) var violations: [String] = []
    public private(set) var statistics = MeshStatistics()
    /// A digest of everything every node was told to do so far.
    public private(set) var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Called for every plugin payload that arrives, at the moment it does.
    public var onPayload: ((MeshNode, ReceivedPayload) -> Void)?

    /// What a node does with the mesh frames it relays, when it is not honest: the frames it sends on instead of the one
    /// that came, if any. Set for the nodes that lie.
    public var interference: [MeshNode: (MeshFrame) -> [MeshFrame]] = [:]

    /// Wall clock at the start of the simulation: 2023-11-14.
    static let startOfTime: UInt64 = 1_700_000_000_000
    /// Tables that stayed as they are for this long count as converged: then no frame may go in circles.
    static let calm = Duration.seconds(2)

    let seed: UInt64
    let meshKey: MeshKey?
    var random: SeededGenerator
    var nodes: [NodeState] = []
    var indices: [NodeID: Int] = [:]
    var cables: [CableState] = []
    private var events = EventQueue()
    private var lastLink: UInt64 = 0
    private var lastTableChange: MonotonicTime = .zero
    private var isCalmChecked = true

    /// - Parameter meshKey: makes a private mesh; nodes may have one of their own.
    public init(seed: UInt64, meshKey: MeshKey? = nil) {
        self.seed = seed
        self.meshKey = meshKey
        random = SeededGenerator(seed: seed)
    }

    // MARK: Time

    /// Lets virtual time pass.
    public func run(for duration: Duration) {
        let end = time.advanced(by: duration)
        while let next = events.nextTime, next <= end { step() }
        time = end
        checkCalm()
    }

    /// Lets virtual time pass until the condition holds; looks at most every 10 ms.
    ///
    /// - Returns: whether it held before `limit` was over.
    @discardableResult
    public func run(until condition: () -> Bool, limit: Duration) -> Bool {
        let end = time.advanced(by: limit)
        while !condition() {
            guard time < end else { return false }
            run(for: min(.milliseconds(10), time.duration(to: end)))
        }
        return true
    }

    func schedule(at moment: MonotonicTime, _ work: @escaping () -> Void) {
        events.add(at: max(moment, time), work)
    }

    func schedule(after delay: Duration, _ work: @escaping () -> Void) {
        schedule(at: time.advanced(by: delay), work)
    }

    /// The present, for a node whose wall clock is off by so much.
    func moment(clockOffset: Duration) -> Moment {
        let milliseconds = Int64(Self.startOfTime) + time.nanoseconds / 1_000_000 + clockOffset.wholeMilliseconds
        return Moment(monotonic: time, unixMilliseconds: UInt64(max(0, milliseconds)))
    }

    private func step() {
        guard let (moment, work) = events.takeNext() else { return }
        if moment > time {
            checkCalm()
            time = moment
        }
        statistics.events += 1
        work()
    }

    private func checkCalm() {
        guard !isCalmChecked, lastTableChange.duration(to: time) >= Self.calm else { return }
        isCalmChecked = true
        checkLoops()
    }

    // MARK: From the daemons

    func report(_ violation: String) { violations.append("\(time.nanoseconds / 1_000_000) ms: \(violation)") }

    func noteTableChange() {
        statistics.tableChanges += 1
        lastTableChange = time
        isCalmChecked = false
    }

    func noteRelayed() { statistics.relayedFrames += 1 }

    func noteDelivered() { statistics.payloads += 1 }

    func noteKey(_ key: X25519PublicKey, of source: NodeID, isSigned: Bool, at node: MeshNode) {
        nodes[node.index].keys[source] = key
        if isSigned { nodes[node.index].known[source, default: KnownPeer()].isVerified = true }
    }

    func notePin(_ features: FeatureSet, of source: NodeID, at node: MeshNode) {
        nodes[node.index].known[source, default: KnownPeer()].pin = features
    }

    func noteLink() -> LinkID {
        lastLink += 1
        return LinkID(rawValue: lastLink)
    }

    func noteSent(bytes: Int, isRouteUpdate: Bool) {
        statistics.controlFrames += 1
        statistics.controlBytes += bytes
        if isRouteUpdate { statistics.routeUpdates += 1 }
    }

    func indexOfNode(_ id: NodeID) -> Int? { indices[id] }

    func mix(_ value: UInt64) {
        fingerprint = (fingerprint ^ value) &* 0x0000_0100_0000_01b3
    }
}

import OrderedCollections
public import PIMCore
public import PIMCrypto
public import PIMWire

/// From datagrams that anybody may have sent to beacons worth the control plane's time.
///
/// Everything is bounded before it is looked at: where it comes from, how often, and only then what it says.
public struct BeaconIntake: Sendable {
    /// Beacons read a second, in all.
    static let perSecond = 500.0
    /// The same from one source, after a burst of four times as many.
    static let perSecondAndSource = 10.0
    /// Sources remembered, those heard last.
    static let sources = 1024

    public enum Outcome: Sendable, Hashable {
        case beacon(Beacon)
        /// What this node sent itself: broadcasts come back.
        case own
        case refused(MeshCounter)
    }

    private let own: NodeID
    private let form: BeaconForm
    private let meshPrefix: IPv4Prefix
    /// The IPv4 networks this machine is attached to.
    public var networks: Set<IPv4Prefix> = []
    private var pace: TokenBucket
    private var paces: OrderedDictionary<BeaconSource, TokenBucket> = [:]

    /// - Parameter meshPrefix: Addresses inside the mesh are no places to reach the mesh from.
    public init(own: NodeID, form: BeaconForm, meshPrefix: IPv4Prefix, at time: MonotonicTime) {
        self.own = own
        self.form = form
        self.meshPrefix = meshPrefix
        pace = TokenBucket(capacity: Self.perSecond * 2, refillPerSecond: Self.perSecond, at: time)
    }

    public mutating func admit(_ datagram: [UInt8], from source: BeaconSource, at time: MonotonicTime) -> Outcome {
        guard isOnLink(source) else { return .refused(.discoveryOffLink) }
        guard takePace(of: source, at: time) else { return .refused(.discoveryOverLimit) }
        do {
            let beacon = try form.decode(datagram)
            return beacon.node == own ? .own : .beacon(beacon)
        } catch {
            return .refused(MeshCounter(error))
        }
    }

    /// Beacons travel no further than one network: one from beyond was sent here on purpose, to make this node connect to
    /// that address.
    private func isOnLink(_ source: BeaconSource) -> Bool {
        switch source {
        case .ipv4(let address):
            !meshPrefix.contains(address) && networks.contains { $0.contains(address) && !$0.isEdge(address) }
        case .ipv6(let address, _): address.high >> 54 == 0xfe80 >> 6
        }
    }

    private mutating func takePace(of source: BeaconSource, at time: MonotonicTime) -> Bool {
        let rate = Self.perSecondAndSource
        var bucket =
            paces.removeValue(forKey: source) ?? TokenBucket(capacity: rate * 4, refillPerSecond: rate, at: time)
        let isTaken = bucket.take(at: time)
        if paces.count >= Self.sources { paces.removeFirst() }
        paces[source] = bucket
        return isTaken && pace.take(at: time)
    }
}

extension IPv4Prefix {
    /// Whether the address is the network itself or its broadcast address.
    fileprivate func isEdge(_ address: IPv4Address) -> Bool {
        guard length < 31 else { return false }
        let host = address.rawValue & hostMask
        return host == 0 || host == hostMask
    }
}

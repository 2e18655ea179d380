public import PIMCore

/// The first packets to nodes without a session: few, for a short time, the oldest out (`design/extensions.md` §4).
public struct WaitingPackets {
    static let bytesPerNode = 128 << 10
    static let bytesInAll = 1 << 20
    static let patience = Duration.seconds(10)

    private var packets: [NodeID: [(bytes: [UInt8], since: MonotonicTime)]] = [:]
    private var bytesOf: [NodeID: Int] = [:]
    private var bytes = 0

    public init() {}

    public var isEmpty: Bool { packets.isEmpty }

    /// Keeps a packet as it was read; returns how many had to go for it.
    public mutating func append(_ packet: [UInt8], for node: NodeID, at time: MonotonicTime) -> Int {
        var dropped = expire(at: time)
        guard packet.count <= Self.bytesPerNode else { return dropped + 1 }
        while bytesOf[node, default: 0] + packet.count > Self.bytesPerNode { dropped += dropFirst(of: node) }
        while bytes + packet.count > Self.bytesInAll, let other = oldestNode() { dropped += dropFirst(of: other) }
        packets[node, default: []].append((packet, time))
        bytesOf[node, default: 0] += packet.count
        bytes += packet.count
        return dropped
    }

    /// Everything that waits for a node, oldest first. Not what waited for too long: `expire` says how much that was.
    public mutating func take(for node: NodeID, at time: MonotonicTime) -> [[UInt8]] {
        guard let waiting = packets.removeValue(forKey: node) else { return [] }
        bytes -= bytesOf.removeValue(forKey: node) ?? 0
        return waiting.filter { $0.since.advanced(by: Self.patience) > time }.map(\.bytes)
    }

    /// Drops what waited for too long; returns how many that were.
    public mutating func expire(at time: MonotonicTime) -> Int {
        var dropped = 0
        for node in Array(packets.keys) {
            while let first = packets[node]?.first, first.since.advanced(by: Self.patience) <= time {
                dropped += dropFirst(of: node)
            }
        }
        return dropped
    }

    /// The node whose first packet has waited longest.
    private func oldestNode() -> NodeID? {
        packets.min {
            ($0.value.first?.since ?? .zero, $0.key) < ($1.value.first?.since ?? .zero, $1.key)
        }?
        .key
    }

    private mutating func dropFirst(of node: NodeID) -> Int {
        guard let first = packets[node]?.first else { return 0 }
        packets[node]?.removeFirst()
        bytesOf[node, default: 0] -= first.bytes.count
        bytes -= first.bytes.count
        if packets[node]?.isEmpty == true {
            packets[node] = nil
            bytesOf[node] = nil
        }
        return 1
    }
}

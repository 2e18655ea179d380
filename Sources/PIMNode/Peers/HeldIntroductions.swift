import OrderedCollections
import PIMCore
import PIMWire

/// PeerInfo that came through the mesh a moment before the route to its source. The directory takes nobody in without a
/// route (`design/extensions.md` §4); the latest word of a few is kept until it is there.
struct HeldIntroductions: Sendable {
    static let capacity = 256
    static let lifetime = Duration.seconds(5)

    struct Held: Sendable {
        let info: PeerInfo
        let link: LinkID
        let time: MonotonicTime
    }

    /// Oldest first.
    private var waiting: OrderedDictionary<NodeID, Held> = [:]

    mutating func hold(_ info: PeerInfo, from source: NodeID, via link: LinkID, at time: MonotonicTime) {
        waiting[source] = nil
        if waiting.count >= Self.capacity { waiting.removeFirst() }
        waiting[source] = Held(info: info, link: link, time: time)
    }

    mutating func take(of source: NodeID, at time: MonotonicTime) -> Held? {
        guard let held = waiting.removeValue(forKey: source) else { return nil }
        return held.time.advanced(by: Self.lifetime) > time ? held : nil
    }
}

internal import PIMCore
internal import PIMNode

/// Payloads for nodes that are out of reach for a moment: direct ones whose neighbour is away, and routed ones whose route
/// was lost after they had been accepted. Plaintext, sealed when they leave; at most 30 s old however often they have to
/// wait again, bounded per destination and in all (`spec/transport.md` §3, §12.8). When full, the new payload is refused:
/// what was accepted first keeps its place.
struct ParkedPayloads {
    static let lifetime: Duration = .seconds(30)
    static let framesPerPeer = 256
    static let framesInAll = 4096
    /// Bytes; small enough that a link that comes up takes all of it at once.
    static let bytesPerPeer = 1 << 20
    static let bytesInAll = 8 << 20

    private struct Shelf {
        var frames: [(since: MonotonicTime, payload: OutgoingPayload)] = []
        var bytes = 0
    }

    private var shelves: [NodeID: Shelf] = [:]
    private var count = 0
    private var bytes = 0
    /// Nothing that is parked ends before.
    private var nextExpiry: MonotonicTime?

    /// `false` when there is no room.
    mutating func park(_ payload: OutgoingPayload, at now: MonotonicTime) -> Bool {
        expire(at: now)
        let (peer, size) = (payload.destination, payload.size)
        var shelf = shelves[peer] ?? Shelf()
        guard count < Self.framesInAll, bytes + size <= Self.bytesInAll,
            shelf.frames.count < Self.framesPerPeer, shelf.bytes + size <= Self.bytesPerPeer
        else { return false }
        shelves[peer] = nil
        var payload = payload
        let since = payload.parkedSince ?? now
        guard now < since.advanced(by: Self.lifetime) else {
            shelves[peer] = shelf.frames.isEmpty ? nil : shelf
            return false
        }
        payload.parkedSince = since
        shelf.frames.append((since, payload))
        shelf.bytes += size
        shelves[peer] = shelf
        count += 1
        bytes += size
        let end = since.advanced(by: Self.lifetime)
        nextExpiry = nextExpiry.map { min($0, end) } ?? end
        return true
    }

    /// Takes what has a way now, oldest first for each destination.
    mutating func takeReady(at now: MonotonicTime, isReady: (OutgoingPayload) -> Bool) -> [OutgoingPayload] {
        expire(at: now)
        var ready: [OutgoingPayload] = []
        for (peer, shelf) in shelves.sorted(by: { $0.key < $1.key }) {
            let rest = shelf.frames.filter { !isReady($0.payload) }
            guard rest.count < shelf.frames.count else { continue }
            ready += shelf.frames.lazy.map(\.payload).filter(isReady)
            let size = rest.reduce(0) { $0 + $1.payload.size }
            count -= shelf.frames.count - rest.count
            bytes -= shelf.bytes - size
            shelves[peer] = rest.isEmpty ? nil : Shelf(frames: rest, bytes: size)
        }
        return ready
    }

    private mutating func expire(at now: MonotonicTime) {
        guard let due = nextExpiry, due <= now else { return }
        let parked = shelves
        (shelves, count, bytes, nextExpiry) = ([:], 0, 0, nil)
        for (peer, shelf) in parked {
            let fresh = shelf.frames.filter { now < $0.since.advanced(by: Self.lifetime) }
            guard let oldest = fresh.first else { continue }
            let size = fresh.reduce(0) { $0 + $1.payload.size }
            shelves[peer] = Shelf(frames: fresh, bytes: size)
            count += fresh.count
            bytes += size
            let end = oldest.since.advanced(by: Self.lifetime)
            nextExpiry = nextExpiry.map { min($0, end) } ?? end
        }
    }
}

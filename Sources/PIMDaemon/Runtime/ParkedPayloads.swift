internal import PIMCore

/// Direct payloads for neighbours that are away for a moment: plaintext, at most 30 s old, bounded per peer and in all
/// (`spec/transport.md` §3, §12.8). When full, the new payload is refused: what was accepted first keeps its place.
struct ParkedPayloads {
    static let lifetime: Duration = .seconds(30)
    static let framesPerPeer = 256
    static let framesInAll = 4096

    private var frames: [NodeID: [(since: MonotonicTime, frame: [UInt8])]] = [:]
    private var count = 0

    /// `false` when there is no room.
    mutating func park(_ frame: [UInt8], for peer: NodeID, at now: MonotonicTime) -> Bool {
        expire(at: now)
        guard count < Self.framesInAll, frames[peer, default: []].count < Self.framesPerPeer else { return false }
        frames[peer, default: []].append((now, frame))
        count += 1
        return true
    }

    mutating func take(for peer: NodeID, at now: MonotonicTime) -> [[UInt8]] {
        expire(at: now)
        guard let waiting = frames.removeValue(forKey: peer) else { return [] }
        count -= waiting.count
        return waiting.map(\.frame)
    }

    private mutating func expire(at now: MonotonicTime) {
        for (peer, waiting) in frames {
            let fresh = waiting.filter { $0.since.duration(to: now) < Self.lifetime }
            guard fresh.count < waiting.count else { continue }
            count -= waiting.count - fresh.count
            frames[peer] = fresh.isEmpty ? nil : fresh
        }
    }
}

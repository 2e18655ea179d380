import NIOCore
import PIMWire

/// The data lane of a link: mesh frames, shared out first by the way they came in, then by the pair of nodes they travel
/// between (`design/extensions.md` §7, Queues).
///
/// A pair that has nothing waiting goes first, as long as its way in has not used up what it may overtake by in this round;
/// what exceeds that waits in a queue of its pair. Ways in, and pairs within one, are served by deficit round robin. A
/// single flow is one queue in large buffers, as if there were no others: it costs a few comparisons.
///
/// Frames of this node are refused when they fill `capacity`: their senders wait. Relayed frames have `relayCapacity` of
/// their own; when it is full, the longest queue of the most crowded way in loses its oldest frame, or, if that is where
/// the new frame belongs, the new frame is refused. Nothing is allocated for a frame once buffers have been used.
struct FairLane {
    /// Bytes a way in, or a pair, gets in one round.
    static let quantum = 32 << 10
    /// Buffers do not grow beyond this while several pairs wait.
    static let sharedChunkBytes = 16 << 10
    /// Buffers below this are joined.
    private static let smallChunk = 8 << 10
    private static let spareCount = 32
    /// Frames of packets below this are let through while there is any room: acknowledgements, pings, look-ups of names.
    private static let smallFrame = 2048
    /// Two large frames.
    private static let leastShare = 132 << 10

    private struct Flow: RoundRobinRecord {
        var label: FlowLabel
        var queue = OutboundLane(capacity: .max)
        var deficit = FairLane.quantum
        var following = RoundRobin.none
    }

    private struct Ingress: RoundRobinRecord {
        /// Bytes that wait in queues of pairs.
        var bytes = 0
        var deficit = FairLane.quantum
        /// What may still overtake in this round, and which round that is.
        var credit = FairLane.quantum
        var round: UInt64 = 0
        var pairs = RoundRobin()
        var following = RoundRobin.none
    }

    private let capacity: Int
    private let relayCapacity: Int
    /// What goes first: of this node, and of others.
    private var ownExpress = OutboundLane(capacity: .max)
    private var relayedExpress = OutboundLane(capacity: .max)

    private var ingresses: [Ingress] = []
    private var waitingIngresses = RoundRobin()
    private var flows: [Flow] = []
    private var freeFlows: [Int32] = []
    private var flowOf: [FlowLabel: Int32] = [:]
    private var queuedBytes = 0
    private var round: UInt64 = 0
    private var turnsLeft = 0
    private var spares: [ByteBuffer] = []
    /// Buffers do not grow beyond this in any case.
    var chunkLimit = OutboundLane.chunkBytes
    /// Every frame in a buffer of its own, so that the owner can count them.
    var isPaced = false
    /// Frames dropped for others since the last call of `takeShed`.
    private var shed = 0

    init(capacity: Int, relayCapacity: Int) {
        self.capacity = capacity
        self.relayCapacity = relayCapacity
    }

    /// Bytes of messages waiting.
    var bytes: Int { ownExpress.bytes + relayedExpress.bytes + queuedBytes }

    /// Whether this node's own frames use at most half of their room.
    var isBelowLowWaterMark: Bool { ownBytes <= capacity / 2 }

    private var ownBytes: Int { ownExpress.bytes + (ingresses.first?.bytes ?? 0) }
    private var relayedBytes: Int { relayedExpress.bytes + queuedBytes - (ingresses.first?.bytes ?? 0) }

    /// Whether a flow may have `size` bytes more waiting, of the half of the lane that flows of packets share; the other
    /// half is always left for payloads of plugins.
    ///
    /// Shares are such that there is room for one flow more, and a small frame passes while there is any room at all.
    func hasShare(_ size: Int, of label: FlowLabel, in shared: Int) -> Bool {
        let used = ownBytes + size
        guard used <= shared || size <= Self.smallFrame && used <= capacity else { return false }
        guard let index = flowOf[label] else { return true }
        return flows[Int(index)].queue.bytes + size <= max(Self.leastShare, shared / (flowOf.count + 1))
    }

    // MARK: In

    /// Appends a message of `size` bytes that `write` fills in; `false` when there is no room.
    mutating func append(
        size: Int, label: FlowLabel, pool: ChunkPool?, _ write: (UnsafeMutableRawBufferPointer) -> Void
    ) -> Bool {
        while ingresses.count <= label.ingress { ingresses.append(Ingress()) }
        guard label.ingress == 0 ? ownBytes + size <= capacity : makeRoom(size, for: label) else { return false }
        let flow = queuedBytes == 0 ? nil : flowOf[label]
        if flow == nil, takeCredit(size, of: label.ingress) {
            let limit = isPaced ? 0 : chunkLimit
            return label.ingress == 0
                ? ownExpress.append(size: size, limit: limit, pool: pool, write)
                : relayedExpress.append(size: size, limit: limit, pool: pool, write)
        }
        let index = Int(flow ?? openFlow(label))
        let limit = isPaced ? 0 : min(chunkLimit, flowOf.count > 1 ? Self.sharedChunkBytes : chunkLimit)
        if flows[index].queue.bytes == 0, let spare = spares.popLast() { flows[index].queue.offer(spare) }
        guard flows[index].queue.append(size: size, limit: limit, pool: pool, write) else { return false }
        queuedBytes += size
        ingresses[label.ingress].bytes += size
        return true
    }

    /// Whether a message may overtake queues.
    private mutating func takeCredit(_ size: Int, of ingress: Int) -> Bool {
        if ingresses[ingress].round != round {
            ingresses[ingress].round = round
            ingresses[ingress].credit = Self.quantum
        }
        guard ingresses[ingress].credit >= size else { return false }
        ingresses[ingress].credit -= size
        if ingresses[ingress].bytes > 0 { ingresses[ingress].deficit -= size }
        return true
    }

    private mutating func openFlow(_ label: FlowLabel) -> Int32 {
        let index: Int32
        if let free = freeFlows.popLast() {
            index = free
            flows[Int(index)].label = label
            flows[Int(index)].deficit = Self.quantum
        } else {
            index = Int32(truncatingIfNeeded: flows.count)
            flows.append(Flow(label: label))
        }
        flowOf[label] = index
        if ingresses[label.ingress].pairs.isEmpty {
            ingresses[label.ingress].deficit = Self.quantum
            waitingIngresses.append(Int32(label.ingress), in: &ingresses)
        }
        ingresses[label.ingress].pairs.append(index, in: &flows)
        return index
    }

    // MARK: Room

    /// Drops frames of longer queues until one of `size` bytes fits; `false` when none is longer.
    private mutating func makeRoom(_ size: Int, for label: FlowLabel) -> Bool {
        while relayedBytes + size > relayCapacity {
            guard let longest = longestQueue(preferring: label), flows[longest].label != label else { return false }
            let dropped = flows[longest].queue.dropFirst()
            guard dropped > 0 else { return false }
            shed += 1
            queuedBytes -= dropped
            ingresses[flows[longest].label.ingress].bytes -= dropped
            if flows[longest].queue.bytes == 0 { closeFlow(longest) }
        }
        return true
    }

    /// The longest queue of the most crowded way in but this node itself; among equals that of the label.
    private func longestQueue(preferring label: FlowLabel) -> Int? {
        var crowded = label.ingress
        for index in ingresses.indices.dropFirst() where ingresses[index].bytes > ingresses[crowded].bytes {
            crowded = index
        }
        var longest = crowded == label.ingress ? flowOf[label].map { Int($0) } : nil
        var next = ingresses[crowded].pairs.first
        while next != RoundRobin.none {
            let index = Int(next)
            if longest.map({ flows[index].queue.bytes > flows[$0].queue.bytes }) ?? true { longest = index }
            next = flows[index].following
        }
        return longest
    }

    /// How many frames were dropped for others since the last call.
    mutating func takeShed() -> Int {
        defer { shed = 0 }
        return shed
    }

    // MARK: Out

    /// The next buffer to write.
    mutating func popFirst(pool: ChunkPool?) -> ByteBuffer? {
        let chunk = (ownExpress.popFirst() ?? relayedExpress.popFirst())?.chunk ?? popJoined(pool: pool)
        // Whoever comes next finds an empty lane.
        if bytes == 0 { round &+= 1 }
        return chunk
    }

    /// A buffer of the queue whose turn it is; small ones are joined with those that follow.
    private mutating func popJoined(pool: ChunkPool?) -> ByteBuffer? {
        guard let chunk = popQueued() else { return nil }
        guard !isPaced, chunk.readableBytes < Self.smallChunk, queuedBytes > 0 else { return chunk }
        var joined = pool?.take(Self.sharedChunkBytes) ?? ChunkPool.allocate(Self.sharedChunkBytes)
        joined.writeImmutableBuffer(chunk)
        recycle(chunk)
        while joined.readableBytes < Self.sharedChunkBytes, let next = popQueued() {
            joined.writeImmutableBuffer(next)
            recycle(next)
        }
        return joined
    }

    private mutating func recycle(_ chunk: ByteBuffer) {
        guard spares.count < Self.spareCount, chunk.capacity <= Self.sharedChunkBytes else { return }
        spares.append(chunk)
    }

    private mutating func popQueued() -> ByteBuffer? {
        while let next = waitingIngresses.firstIndex {
            if ingresses[next].deficit <= 0 {
                ingresses[next].deficit += Self.quantum
                waitingIngresses.rotate(in: &ingresses)
                endTurn()
                continue
            }
            guard let index = ingresses[next].pairs.firstIndex else { return nil }
            if flows[index].deficit <= 0 {
                flows[index].deficit += Self.quantum
                ingresses[next].pairs.rotate(in: &flows)
                continue
            }
            guard let chunk = flows[index].queue.popFirst()?.chunk else { return nil }
            let size = chunk.readableBytes
            queuedBytes -= size
            ingresses[next].bytes -= size
            ingresses[next].deficit -= size
            flows[index].deficit -= size
            if flows[index].queue.bytes == 0 { closeFlow(index) }
            return chunk
        }
        return nil
    }

    /// A round is over when every way in that waited at its beginning has had its turn.
    private mutating func endTurn() {
        turnsLeft -= 1
        guard turnsLeft <= 0 else { return }
        round &+= 1
        turnsLeft = ingresses.count { $0.bytes > 0 }
    }

    private mutating func closeFlow(_ index: Int) {
        let label = flows[index].label
        flowOf[label] = nil
        ingresses[label.ingress].pairs.remove(Int32(index), in: &flows)
        freeFlows.append(Int32(index))
        guard ingresses[label.ingress].pairs.isEmpty else { return }
        waitingIngresses.remove(Int32(label.ingress), in: &ingresses)
        endTurn()
    }

    mutating func discard() {
        let isPaced = isPaced
        self = FairLane(capacity: capacity, relayCapacity: relayCapacity)
        self.isPaced = isPaced
    }
}

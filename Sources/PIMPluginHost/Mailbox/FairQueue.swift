internal import PIMCore
internal import PIMPlugin

/// A bounded queue that sources share fairly: served round robin, in order per source.
///
/// When it is full, the source with the most payloads queued, the arriving one included, loses its newest. So a source
/// that floods costs nobody else anything: every source may hold `capacity / (number of sources)` payloads undisturbed.
///
/// A value without locks or tasks; ``Mailbox`` wraps it. Payloads sit in slots that are reused and linked by index, so
/// nothing is allocated per payload once the queue has grown to its working size.
struct FairQueue {
    enum Admission: Equatable {
        case queued
        /// The arriving payload's own source holds the most: it is not taken in.
        case refused
        /// The arriving payload was taken in for the newest one of this source.
        case displaced(NodeID)
    }

    /// The most payloads it holds.
    let capacity: Int
    private(set) var count = 0

    private var slots: [Slot] = []
    private var freeSlot = FairQueue.none
    private var lanes: [Lane] = []
    private var freeLanes: [Int32] = []
    private var laneOf: [NodeID: Int32] = [:]
    /// The round: lanes that have payloads and are not claimed, the next one to serve first.
    private var firstInRound = FairQueue.none
    private var lastInRound = FairQueue.none

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether ``take()`` would return something.
    var isServable: Bool { firstInRound != FairQueue.none }

    /// Sources that have payloads queued or claimed.
    var sourceCount: Int { laneOf.count }

    /// Payloads of one source that wait.
    func count(of source: NodeID) -> Int { laneOf[source].map { Int(lanes[Int($0)].count) } ?? 0 }

    /// Takes a payload in, or says who lost one.
    mutating func offer(_ payload: InboundPayload) -> Admission {
        let known = laneOf[payload.source]
        var admission = Admission.queued
        if count >= capacity {
            let queued = known.map { lanes[Int($0)].count } ?? 0
            guard let longest = laneLonger(than: queued + 1) else { return .refused }
            dropNewest(of: longest)
            admission = .displaced(lanes[longest].source)
        }
        append(payload, to: known ?? openLane(for: payload.source))
        return admission
    }

    /// Takes the oldest payload of the source whose turn it is.
    mutating func take() -> InboundPayload? {
        guard let lane = nextInRound() else { return nil }
        let payload = takeOldest(of: lane)
        if lanes[lane].count > 0 { enterRound(lane) } else { closeLane(lane) }
        return payload
    }

    /// As ``take()``, but holds back the rest of that source until ``release(_:)``.
    mutating func claim() -> (payload: InboundPayload, claim: Claim)? {
        guard let lane = nextInRound(), let payload = takeOldest(of: lane) else { return nil }
        lanes[lane].isClaimed = true
        return (payload, Claim(lane: lane))
    }

    /// The handler of a claimed payload is done: its source may be served again.
    mutating func release(_ claim: Claim) {
        lanes[claim.lane].isClaimed = false
        if lanes[claim.lane].count > 0 { enterRound(claim.lane) } else { closeLane(claim.lane) }
    }

    /// Drops everything that waits.
    ///
    /// - Returns: the source of every payload dropped.
    mutating func removeAll() -> [NodeID] {
        var dropped: [NodeID] = []
        while let payload = take() { dropped.append(payload.source) }
        // Claimed lanes are not in the round; they close when their claim is released.
        for lane in lanes.indices where lanes[lane].isClaimed {
            while lanes[lane].count > 0, let payload = takeOldest(of: lane) { dropped.append(payload.source) }
        }
        return dropped
    }

    /// Names the source a claimed payload came from, by its lane.
    struct Claim {
        fileprivate let lane: Int
    }
}

extension FairQueue {
    /// The lane with the most payloads if it has more than `limit`; the first such in case of a tie.
    ///
    /// Looks at every lane, of which there are at most `capacity` and those claimed. It is asked only when the queue is
    /// full, and not for a source that holds half of it, which is what a lone flooder does.
    private func laneLonger(than limit: Int32) -> Int? {
        if Int(limit) * 2 > capacity { return nil }
        var best: Int?
        var most = limit
        for lane in lanes.indices where lanes[lane].count > most {
            best = lane
            most = lanes[lane].count
        }
        return best
    }

    private mutating func openLane(for source: NodeID) -> Int32 {
        let lane: Int32
        if let free = freeLanes.popLast() {
            lane = free
            lanes[Int(lane)] = Lane(source: source)
        } else {
            lane = Int32(truncatingIfNeeded: lanes.count)
            lanes.append(Lane(source: source))
        }
        laneOf[source] = lane
        return lane
    }

    private mutating func closeLane(_ lane: Int) {
        laneOf[lanes[lane].source] = nil
        freeLanes.append(Int32(truncatingIfNeeded: lane))
    }

    private mutating func append(_ payload: InboundPayload, to index: Int32) {
        let lane = Int(index)
        let slot = freeSlot
        let newest = lanes[lane].newest
        let filled: Int32
        if slot == FairQueue.none {
            filled = Int32(truncatingIfNeeded: slots.count)
            slots.append(Slot(payload: payload, older: newest, newer: FairQueue.none))
        } else {
            filled = slot
            freeSlot = slots[Int(slot)].newer
            slots[Int(slot)] = Slot(payload: payload, older: newest, newer: FairQueue.none)
        }
        if newest == FairQueue.none { lanes[lane].oldest = filled } else { slots[Int(newest)].newer = filled }
        lanes[lane].newest = filled
        lanes[lane].count += 1
        count += 1
        if lanes[lane].count == 1, !lanes[lane].isClaimed { enterRound(lane) }
    }

    private mutating func takeOldest(of lane: Int) -> InboundPayload? {
        let slot = Int(lanes[lane].oldest)
        let newer = slots[slot].newer
        lanes[lane].oldest = newer
        if newer == FairQueue.none { lanes[lane].newest = newer } else { slots[Int(newer)].older = FairQueue.none }
        return vacate(slot, of: lane)
    }

    private mutating func dropNewest(of lane: Int) {
        let slot = Int(lanes[lane].newest)
        let older = slots[slot].older
        lanes[lane].newest = older
        if older == FairQueue.none { lanes[lane].oldest = older } else { slots[Int(older)].newer = FairQueue.none }
        _ = vacate(slot, of: lane)
    }

    private mutating func vacate(_ slot: Int, of lane: Int) -> InboundPayload? {
        let payload = slots[slot].payload.take()
        slots[slot].newer = freeSlot
        freeSlot = Int32(truncatingIfNeeded: slot)
        lanes[lane].count -= 1
        count -= 1
        return payload
    }

    private mutating func enterRound(_ lane: Int) {
        let entering = Int32(truncatingIfNeeded: lane)
        lanes[lane].following = FairQueue.none
        if lastInRound == FairQueue.none {
            firstInRound = entering
        } else {
            lanes[Int(lastInRound)].following = entering
        }
        lastInRound = entering
    }

    private mutating func nextInRound() -> Int? {
        guard firstInRound != FairQueue.none else { return nil }
        let lane = Int(firstInRound)
        firstInRound = lanes[lane].following
        if firstInRound == FairQueue.none { lastInRound = FairQueue.none }
        return lane
    }
}

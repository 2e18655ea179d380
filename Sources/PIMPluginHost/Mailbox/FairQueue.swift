internal import PIMCore
internal import PIMPlugin

/// A bounded queue that sources share fairly: served round robin, in order per source.
///
/// When it is full, the source with the most payloads queued, the arriving one included, loses its newest. So a source
/// that floods costs nobody else anything: every source may hold `capacity / (number of sources)` payloads undisturbed.
///
/// Sources that are only claimed can be made up, as many as somebody likes. Together they get every other turn at most, and
/// what they hold beyond a quarter of the room goes when proven sources need it. A quarter is theirs.
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
    private var proven = Sources()
    private var claimed = Sources()
    /// Whose turn it is.
    private var turn = Standing.proven

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether ``take()`` would return something.
    var isServable: Bool {
        proven.firstInRound != FairQueue.none || claimed.firstInRound != FairQueue.none
    }

    /// Sources that have payloads queued or claimed.
    var sourceCount: Int { proven.laneOf.count + claimed.laneOf.count }

    /// Payloads of one source that wait.
    func count(of source: NodeID) -> Int {
        [proven, claimed].reduce(0) { $0 + ($1.laneOf[source].map { Int(lanes[Int($0)].count) } ?? 0) }
    }

    /// Takes a payload in, or says who lost one.
    mutating func offer(_ payload: InboundPayload) -> Admission {
        let standing = Standing(payload.security)
        let known = self[standing].laneOf[payload.source]
        var admission = Admission.queued
        if count >= capacity {
            let queued = known.map { lanes[Int($0)].count } ?? 0
            let loser =
                isOverShare(standing.other)
                ? longestLane(of: standing.other, above: 0) : longestLane(of: standing, above: queued + 1)
            guard let loser else { return .refused }
            admission = .displaced(lanes[loser].source)
            dropNewest(of: loser)
        }
        append(payload, to: known ?? openLane(for: payload.source, standing))
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
    private subscript(standing: Standing) -> Sources {
        get { standing == .proven ? proven : claimed }
        _modify {
            if standing == .proven { yield &proven } else { yield &claimed }
        }
    }

    /// Whether sources of this standing hold more of a full queue than the others have to leave them.
    private func isOverShare(_ standing: Standing) -> Bool {
        let forClaimed = capacity / 4
        return self[standing].count > (standing == .claimed ? forClaimed : capacity - forClaimed)
    }

    /// The lane of that standing with the most payloads if it has more than `limit`; the first such in case of a tie.
    ///
    /// Looks at every lane, of which there are at most `capacity` and those claimed. It is asked only when the queue is
    /// full, and not for a source that holds half of it, which is what a lone flooder does.
    private func longestLane(of standing: Standing, above limit: Int32) -> Int? {
        if Int(limit) * 2 > capacity { return nil }
        var best: Int?
        var most = limit
        for lane in lanes.indices where lanes[lane].count > most && lanes[lane].standing == standing {
            best = lane
            most = lanes[lane].count
        }
        return best
    }

    private mutating func openLane(for source: NodeID, _ standing: Standing) -> Int32 {
        let lane: Int32
        if let free = freeLanes.popLast() {
            lane = free
            lanes[Int(lane)] = Lane(source: source, standing: standing)
        } else {
            lane = Int32(truncatingIfNeeded: lanes.count)
            lanes.append(Lane(source: source, standing: standing))
        }
        self[standing].laneOf[source] = lane
        return lane
    }

    private mutating func closeLane(_ lane: Int) {
        self[lanes[lane].standing].laneOf[lanes[lane].source] = nil
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
        self[lanes[lane].standing].count += 1
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
        guard lanes[lane].count == 0, !lanes[lane].isClaimed else { return }
        leaveRound(lane)
        closeLane(lane)
    }

    private mutating func vacate(_ slot: Int, of lane: Int) -> InboundPayload? {
        let payload = slots[slot].payload.take()
        slots[slot].newer = freeSlot
        freeSlot = Int32(truncatingIfNeeded: slot)
        lanes[lane].count -= 1
        self[lanes[lane].standing].count -= 1
        count -= 1
        return payload
    }

    private mutating func enterRound(_ lane: Int) {
        let entering = Int32(truncatingIfNeeded: lane)
        let standing = lanes[lane].standing
        lanes[lane].following = FairQueue.none
        if self[standing].lastInRound == FairQueue.none {
            self[standing].firstInRound = entering
        } else {
            lanes[Int(self[standing].lastInRound)].following = entering
        }
        self[standing].lastInRound = entering
    }

    private mutating func leaveRound(_ lane: Int) {
        let standing = lanes[lane].standing
        var before = FairQueue.none
        var candidate = self[standing].firstInRound
        while candidate != FairQueue.none, Int(candidate) != lane {
            before = candidate
            candidate = lanes[Int(candidate)].following
        }
        guard candidate != FairQueue.none else { return }
        let following = lanes[lane].following
        if before == FairQueue.none {
            self[standing].firstInRound = following
        } else {
            lanes[Int(before)].following = following
        }
        if Int(self[standing].lastInRound) == lane { self[standing].lastInRound = before }
    }

    private mutating func nextInRound() -> Int? {
        let standing = self[turn].firstInRound != FairQueue.none ? turn : turn.other
        guard self[standing].firstInRound != FairQueue.none else { return nil }
        turn = standing.other
        let lane = Int(self[standing].firstInRound)
        self[standing].firstInRound = lanes[lane].following
        if self[standing].firstInRound == FairQueue.none { self[standing].lastInRound = FairQueue.none }
        return lane
    }
}

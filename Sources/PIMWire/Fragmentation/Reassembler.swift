public import PIMCore

/// Puts fragments together again, in bounded memory. `spec/wire.md` §10.3 and §20.8.
///
/// Packets are keyed by source and fragment id. A source is a claim anybody on the path can make, so every bound holds
/// against invented ones: when a bound is reached the *oldest* incomplete packet goes, of that source or of all. A genuine
/// packet completes within milliseconds and is therefore never the oldest unless the whole budget is flooded in that
/// time. Memory is charged for what arrived, not for what a fragment says will come.
public struct Reassembler: Sendable {
    private struct Key: Hashable {
        var source: NodeID
        var id: UInt32
    }

    /// A packet's place in the order of first arrival; `serial` tells it from a later packet under the same key.
    private struct Ticket {
        var key: Key
        var serial: UInt64
    }

    private let limits: ReassemblyLimits
    private var packets: [Key: PartialPacket] = [:]
    private var packetsBySource: [NodeID: Int] = [:]
    private var order: [Ticket] = []
    private var orderStart = 0
    private var nextSerial: UInt64 = 0

    /// Memory charged for incomplete packets, bytes.
    public private(set) var bufferedBytes = 0

    public init(limits: ReassemblyLimits = ReassemblyLimits()) {
        self.limits = limits
    }

    /// Incomplete packets held.
    public var packetCount: Int { packets.count }
    /// Sources with an incomplete packet.
    public var sourceCount: Int { packetsBySource.count }

    /// Takes one fragment that arrived at `now`, which never goes back.
    public mutating func insert(_ fragment: Fragment, from source: NodeID, at now: MonotonicTime) -> ReassemblyOutcome {
        expire(at: now)
        guard fragment.totalLength > 0, SafetyRule.emptyFragment.permits(!fragment.piece.isEmpty) else {
            return .refused(.empty)
        }
        guard fragment.totalLength <= WireLimits.meshPayload, (0..<fragment.totalLength).contains(fragment.offset),
            fragment.piece.count <= fragment.totalLength - fragment.offset
        else { return .refused(.pastTotal) }
        if fragment.piece.count == fragment.totalLength {
            forget(Key(source: source, id: fragment.id))
            return .complete(Array(fragment.piece))
        }
        let key = Key(source: source, id: fragment.id)
        if packets[key] == nil { open(key, totalLength: fragment.totalLength, at: now) }
        return add(fragment, to: key)
    }

    /// Forgets packets whose first fragment is older than the timeout. `insert` does it too; a sweep keeps an idle
    /// reassembler from holding on to memory.
    public mutating func expire(at now: MonotonicTime) {
        while let ticket = oldest(), let packet = packets[ticket.key],
            packet.firstArrival.duration(to: now) >= limits.timeout
        {
            forget(ticket.key)
        }
    }

    private mutating func add(_ fragment: Fragment, to key: Key) -> ReassemblyOutcome {
        guard var packet = packets.removeValue(forKey: key) else { return .refused(.noRoom) }
        let result = packet.add(fragment, maximumPieces: limits.piecesPerPacket)
        packets[key] = packet
        switch result {
        case .refused(let reason): return .refused(reason)
        case .duplicate: return .incomplete
        case .added(let cost):
            bufferedBytes += cost
            guard packet.isComplete else {
                makeRoom()
                return packets[key] == nil ? .refused(.noRoom) : .incomplete
            }
            forget(key)
            return .complete(packet.assembled())
        }
    }

    private mutating func open(_ key: Key, totalLength: Int, at now: MonotonicTime) {
        if !SafetyRule.reassemblyBound.permits(packetsBySource[key.source, default: 0] < limits.packetsPerSource) {
            if let victim = order[orderStart...].first(where: { $0.key.source == key.source && isLive($0) }) {
                forget(victim.key)
            }
        }
        while packetsBySource[key.source] == nil,
            !SafetyRule.reassemblyBound.permits(packetsBySource.count < limits.sources), let ticket = oldest()
        {
            forget(ticket.key)
        }
        packets[key] = PartialPacket(serial: nextSerial, totalLength: totalLength, firstArrival: now)
        packetsBySource[key.source, default: 0] += 1
        bufferedBytes += PartialPacket.overhead
        order.append(Ticket(key: key, serial: nextSerial))
        nextSerial += 1
    }

    private mutating func makeRoom() {
        while !SafetyRule.reassemblyBound.permits(bufferedBytes <= limits.totalBytes), let ticket = oldest() {
            forget(ticket.key)
        }
    }

    private mutating func forget(_ key: Key) {
        guard let packet = packets.removeValue(forKey: key) else { return }
        bufferedBytes -= packet.cost
        let left = packetsBySource[key.source, default: 1] - 1
        packetsBySource[key.source] = left > 0 ? left : nil
        // Tickets of forgotten packets stay behind; they never outnumber the live ones by much.
        if order.count - orderStart > 2 * packets.count + 64 || orderStart > 64 {
            order = order[orderStart...].filter(isLive)
            orderStart = 0
        }
    }

    private func isLive(_ ticket: Ticket) -> Bool { packets[ticket.key]?.serial == ticket.serial }

    private mutating func oldest() -> Ticket? {
        while orderStart < order.count {
            if isLive(order[orderStart]) { return order[orderStart] }
            orderStart += 1
        }
        order.removeAll(keepingCapacity: true)
        orderStart = 0
        return nil
    }
}

import PIMCore

/// The pieces of one packet that have arrived: disjoint, by rising offset.
struct PartialPacket: Sendable {
    enum Addition {
        /// Kept; memory charged for it, in bytes.
        case added(Int)
        case duplicate
        case refused(ReassemblyRefusal)
    }

    private struct Piece {
        var offset: Int
        var bytes: [UInt8]
        var end: Int { offset + bytes.count }
    }

    /// Charged for a packet or a piece beyond its bytes: array headers and table entries.
    static let overhead = 96

    let serial: UInt64
    let totalLength: Int
    let firstArrival: MonotonicTime
    private var pieces: [Piece] = []
    private var covered = 0
    private(set) var cost = PartialPacket.overhead

    init(serial: UInt64, totalLength: Int, firstArrival: MonotonicTime) {
        self.serial = serial
        self.totalLength = totalLength
        self.firstArrival = firstArrival
    }

    /// Pieces are disjoint and within the total, so their sum tells.
    var isComplete: Bool { covered == totalLength }

    mutating func add(_ fragment: Fragment, maximumPieces: Int) -> Addition {
        guard fragment.totalLength == totalLength else { return .refused(.totalMismatch) }
        let position = insertionIndex(for: fragment.offset)
        if position < pieces.count {
            // First one wins, even if the lengths differ.
            if pieces[position].offset == fragment.offset { return .duplicate }
            if pieces[position].offset < fragment.offset + fragment.piece.count { return .refused(.overlap) }
        }
        if position > 0, pieces[position - 1].end > fragment.offset { return .refused(.overlap) }
        guard pieces.count < maximumPieces else { return .refused(.noRoom) }
        pieces.insert(Piece(offset: fragment.offset, bytes: Array(fragment.piece)), at: position)
        covered += fragment.piece.count
        let charge = fragment.piece.count + Self.overhead
        cost += charge
        return .added(charge)
    }

    func assembled() -> [UInt8] {
        var packet: [UInt8] = []
        packet.reserveCapacity(totalLength)
        for piece in pieces { packet.append(contentsOf: piece.bytes) }
        return packet
    }

    /// Where the first piece at or after `offset` is. In-order arrival, the usual case, needs one comparison.
    private func insertionIndex(for offset: Int) -> Int {
        guard let last = pieces.last, last.offset >= offset else { return pieces.count }
        var low = 0
        var high = pieces.count - 1
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

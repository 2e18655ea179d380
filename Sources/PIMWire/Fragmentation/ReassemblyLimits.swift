/// What a `Reassembler` may hold. `spec/wire.md` §20.8.
public struct ReassemblyLimits: Sendable, Hashable {
    /// Sources with incomplete packets at one time.
    public var sources = 256
    /// Incomplete packets of one source.
    public var packetsPerSource = 32
    /// Pieces of one packet; honest senders need 55.
    public var piecesPerPacket = 512
    /// Memory of all incomplete packets, bytes, bookkeeping included.
    public var totalBytes = 4 * 1_048_576
    /// Age of the first fragment at which a packet is given up.
    public var timeout: Duration = WireLimits.reassemblyTimeout

    public init() {}
}

/// What became of a fragment.
public enum ReassemblyOutcome: Sendable, Hashable {
    /// Kept, or already known; the packet still has gaps.
    case incomplete
    /// The packet is whole.
    case complete([UInt8])
    case refused(ReassemblyRefusal)
}

/// Why a fragment was refused.
public enum ReassemblyRefusal: String, Sendable, Hashable {
    /// No bytes in the piece, or a total of 0.
    case empty
    /// The piece runs past the total.
    case pastTotal
    /// Another total than the packet's first fragment stated.
    case totalMismatch
    /// Overlaps bytes that are there already without being one of their pieces.
    case overlap
    /// More pieces than a packet may have, or no memory left.
    case noRoom
}

/// How much a neighbour may have under way to us on one connection: less when this node does not keep up with reading.
///
/// The kernel sizes the receive buffer by how fast data comes, and then lets megabytes wait in that of a node that is
/// slower, in front of every ping. Here reads that fill their buffer, one after the other, halve it down to `least`; it
/// doubles again when they no longer do, until it is the kernel's again. What the neighbour may not send waits in its
/// queues, where small flows pass large ones.
struct ReceiveWindow: Equatable {
    enum Change: Equatable {
        /// Bytes.
        case limit(Int)
        /// The kernel decides.
        case release
    }

    /// A millisecond at 2 Gbit/s.
    static let least = 256 << 10
    static let most = 4 << 20
    /// Full reads in a row that show a queue.
    private static let patience = 8
    /// Other reads in a row that show that there is none.
    private static let calm = 128

    /// `nil` while the kernel decides.
    private(set) var limit: Int?
    private var fullReads = 0
    private var otherReads = 0

    /// Notes a read, and returns what has to change.
    mutating func noteRead(isFull: Bool) -> Change? {
        if isFull {
            otherReads = 0
            fullReads += 1
            guard fullReads >= Self.patience, limit != Self.least else { return nil }
            fullReads = 0
            let halved = limit.map { max(Self.least, $0 / 2) } ?? Self.most
            limit = halved
            return .limit(halved)
        }
        fullReads = 0
        guard let limit else { return nil }
        otherReads += 1
        guard otherReads >= Self.calm else { return nil }
        otherReads = 0
        self.limit = limit < Self.most ? limit * 2 : nil
        return self.limit.map { .limit($0) } ?? .release
    }
}

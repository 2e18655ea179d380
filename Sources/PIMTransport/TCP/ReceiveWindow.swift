/// How much a neighbour may have under way to us on one connection: less when this node does not keep up with reading.
///
/// The kernel sizes the window by how fast data comes, and then lets megabytes wait in the receive queue of a node that is
/// slower, in front of every ping. Here reads that fill the buffer, one after the other, halve the window down to
/// `least`; it doubles again when they no longer do. What the neighbour may not send waits in its queues, where small
/// flows pass large ones.
struct ReceiveWindow: Equatable {
    /// Bytes; a millisecond at 2 Gbit/s.
    static let least = 256 << 10
    static let most = 32 << 20
    /// Full reads in a row that show a queue.
    private static let patience = 8
    /// Other reads in a row that show that there is none.
    private static let calm = 256

    private(set) var size = most
    private var fullReads = 0
    private var otherReads = 0

    /// Notes a read, and returns the window to set when it has changed.
    mutating func noteRead(isFull: Bool) -> Int? {
        if isFull {
            otherReads = 0
            fullReads += 1
            guard fullReads >= Self.patience else { return nil }
            fullReads = 0
            return change(to: max(Self.least, size / 2))
        }
        fullReads = 0
        guard size < Self.most else { return nil }
        otherReads += 1
        guard otherReads >= Self.calm else { return nil }
        otherReads = 0
        return change(to: min(Self.most, size * 2))
    }

    private mutating func change(to size: Int) -> Int? {
        guard size != self.size else {
            // The kernel forgets the limit when it enlarges its buffer.
            return size == Self.most ? nil : size
        }
        self.size = size
        return size
    }
}

/// The newest log lines of the process, numbered without gaps. Holds at most `capacity` records; the oldest goes first.
struct LogRing: Sendable {
    let capacity: Int
    /// Slot `sequence % capacity`, once the ring is full.
    private var records: [LogRecord] = []
    /// The number the next record gets.
    private(set) var nextSequence: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// The number of the oldest record kept; equal to `nextSequence` while there is none.
    var oldestSequence: UInt64 { nextSequence - UInt64(records.count) }

    mutating func append(_ record: LogRecord) {
        var record = record
        record.sequence = nextSequence
        if records.count < capacity {
            records.append(record)
        } else {
            records[Int(nextSequence % UInt64(capacity))] = record
        }
        nextSequence += 1
    }

    /// At most `limit` records from number `cursor` on, and how many of the wanted ones are gone already.
    func records(from cursor: UInt64, limit: Int) -> (records: [LogRecord], missed: UInt64) {
        let first = max(cursor, oldestSequence)
        guard first < nextSequence else { return ([], 0) }
        let last = min(nextSequence, first + UInt64(max(0, limit)))
        return ((first..<last).map { records[Int($0 % UInt64(capacity))] }, first - cursor)
    }
}

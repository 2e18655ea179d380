/// How many payloads a worker takes out of the mailbox at once.
///
/// Taking many at once saves the lock, but what is taken no longer competes fairly with what arrives. So the batch grows
/// only while handlers are so quick that a whole batch takes no time anybody notices, and is one payload otherwise.
struct BatchSize {
    /// Below this a batch is quick, and the next one may be twice as large.
    static let quick = Duration.microseconds(50)
    /// Above this the next batch is a single payload.
    static let slow = Duration.microseconds(200)

    let limit: Int
    private(set) var count = 1

    init(limit: Int) {
        self.limit = limit
    }

    mutating func adapt(toBatchTaking elapsed: Duration) {
        if elapsed > Self.slow {
            count = 1
        } else if elapsed < Self.quick {
            count = min(count * 2, limit)
        }
    }
}

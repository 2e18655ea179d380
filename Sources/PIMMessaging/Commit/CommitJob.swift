/// Changes waiting to be written.
typealias CommitQueue = BatchQueue<CommitJob>

/// A change on its way to disk, and what hangs on it.
struct CommitJob: Sendable {
    let change: StoreChange
    /// For a message of ours: its text, already sealed.
    let sealed: SealedText?
    /// Called once with the outcome, after the commit.
    let reply: (@Sendable (Result<StoreOutcome, any Error>) -> Void)?

    init(
        _ change: StoreChange, sealed: SealedText? = nil,
        reply: (@Sendable (Result<StoreOutcome, any Error>) -> Void)? = nil
    ) {
        self.change = change
        self.sealed = sealed
        self.reply = reply
    }
}

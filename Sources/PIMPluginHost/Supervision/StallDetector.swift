internal import PIMCore

/// Notices a worker whose handler does not return, by looking at its progress from time to time.
struct StallDetector {
    enum Finding: Equatable {
        case nothing
        /// The same handler has run for the limit or longer, since `since`; reported once.
        case stalled(since: MonotonicTime)
        /// The handler reported as stalled came back.
        case recovered(after: Duration)
    }

    let limit: Duration
    private var observed: UInt64?
    private var observedSince = MonotonicTime.zero
    private(set) var stalledSince: MonotonicTime?

    init(limit: Duration) {
        self.limit = limit
    }

    /// - Parameter progress: read at `now`. A handler's age counts from the first look that saw it, so it is reported within
    ///   one interval between looks after the limit.
    mutating func look(at progress: HandlerProgress.Snapshot, now: MonotonicTime) -> Finding {
        if progress.isBusy, observed == progress.started {
            guard stalledSince == nil, observedSince.duration(to: now) >= limit else { return .nothing }
            stalledSince = observedSince
            return .stalled(since: observedSince)
        }
        let recovered = stalledSince.map { Finding.recovered(after: $0.duration(to: now)) }
        stalledSince = nil
        observed = progress.isBusy ? progress.started : nil
        observedSince = now
        return recovered ?? .nothing
    }
}

/// Which lines of a log are wanted, by their time stamps.
struct LogWindow {
    var since: String?
    var until: String?

    enum Verdict {
        case wanted, skipped
        /// Later than anything wanted; nothing behind it counts.
        case beyond
    }

    /// Lines without a time stamp are kept, except where a beginning is asked for: there is no telling when they were.
    func verdict(on line: Substring) -> Verdict {
        guard let stamp = TimeSpecification.stamp(in: line) else { return since == nil ? .wanted : .skipped }
        if let since, stamp < since { return .skipped }
        if let until, stamp > until { return .beyond }
        return .wanted
    }
}

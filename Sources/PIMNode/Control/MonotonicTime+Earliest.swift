import PIMCore

extension MonotonicTime {
    /// The earliest of the deadlines that exist.
    static func earliest(_ deadlines: MonotonicTime?...) -> MonotonicTime? {
        deadlines.compactMap { $0 }.min()
    }
}

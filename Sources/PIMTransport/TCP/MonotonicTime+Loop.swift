import NIOCore
import PIMCore

extension MonotonicTime {
    /// The clock event loops go by: good for intervals, not to be compared with times of another clock.
    static var onLoops: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
    }
}

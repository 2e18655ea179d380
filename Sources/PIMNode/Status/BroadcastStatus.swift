/// How this node tells the mesh its key, and when it last did so to everybody.
public struct BroadcastStatus: Sendable, Hashable {
    public var policy: AnnouncementPolicy
    /// The last time, in Unix milliseconds, and to how many nodes; `nil` before the first.
    public var last: Broadcast?

    public struct Broadcast: Sendable, Hashable {
        public var unixMilliseconds: UInt64
        public var recipients: Int
    }
}

/// Names one link of this process for as long as the process runs; never reused, never sent.
///
/// Everything about a connection is keyed by it. The NodeID at the other end is an attribute a link earns with its
/// handshake (`spec/transport.md` §12.1).
public struct LinkID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static func < (left: LinkID, right: LinkID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "link \(rawValue)" }
}

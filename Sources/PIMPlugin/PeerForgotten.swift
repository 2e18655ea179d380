public import PIMCore

/// A peer left the directory.
public struct PeerForgotten: Sendable, Hashable {
    public enum Cause: String, Sendable, Hashable {
        /// Somebody asked (`peers.forget`).
        case request
        /// The identity aged out.
        case expired
        /// The peer's authorization was withdrawn.
        case revoked
    }

    public var peer: NodeID
    public var cause: Cause
    /// `true`: only the identity went, what the plugin stores about the peer stays. A sweep always says so: losing a key
    /// never deletes chats.
    public var keepData: Bool

    public init(peer: NodeID, cause: Cause, keepData: Bool) {
        self.peer = peer
        self.cause = cause
        self.keepData = keepData
    }
}

/// What a plugin wiped for a forgotten peer, as counts by name (`messages`, `conversations`, …).
public struct ForgetSummary: Sendable, Hashable {
    public var counts: [String: Int]

    public init(_ counts: [String: Int] = [:]) {
        self.counts = counts
    }

    /// Adds another plugin's counts to these.
    public mutating func merge(_ other: ForgetSummary) {
        counts.merge(other.counts, uniquingKeysWith: +)
    }
}

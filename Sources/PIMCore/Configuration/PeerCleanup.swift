/// A `peer_cleanup` table: when entries nobody has seen for long are removed (`spec/config.md` §3.12).
public struct PeerCleanup: Sendable, Hashable {
    public var isEnabled: Bool
    /// Age in seconds beyond which an entry is removed, as the file says it.
    public var maxUnreachableLifetimeSeconds: UInt64
    /// Period of the sweep in seconds, as the file says it.
    public var cleanupIntervalSeconds: UInt64

    public init(isEnabled: Bool = true, maxUnreachableLifetimeSeconds: UInt64, cleanupIntervalSeconds: UInt64) {
        self.isEnabled = isEnabled
        self.maxUnreachableLifetimeSeconds = maxUnreachableLifetimeSeconds
        self.cleanupIntervalSeconds = cleanupIntervalSeconds
    }

    /// The age to act on, in seconds: never below an hour, whatever the file says.
    public var effectiveLifetimeSeconds: UInt64 { max(maxUnreachableLifetimeSeconds, 3600) }
    /// The period to act on, in seconds: never below a minute, whatever the file says.
    public var effectiveIntervalSeconds: UInt64 { max(cleanupIntervalSeconds, 60) }

    /// Pairings and records of radio links: 2 hours, swept hourly.
    public static let radio = PeerCleanup(maxUnreachableLifetimeSeconds: 7200, cleanupIntervalSeconds: 3600)
    /// Discovered targets and rate-limit entries: 7 days, swept hourly.
    public static let ephemeral = PeerCleanup(maxUnreachableLifetimeSeconds: 604_800, cleanupIntervalSeconds: 3600)
    /// Identities: 90 days, swept daily.
    public static let identity = PeerCleanup(maxUnreachableLifetimeSeconds: 7_776_000, cleanupIntervalSeconds: 86_400)
}

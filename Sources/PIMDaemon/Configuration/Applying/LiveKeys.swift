internal import PIMCore

/// Which keys of the configuration a running daemon can take a new value of (`spec/config.md` §11.12).
enum LiveKeys {
    /// What follows together when one of its keys changes.
    enum Group: Sendable, Hashable, CaseIterable {
        case peers, announcements, discovery, gateway, routing, authorization, log
    }

    /// The group of a key; `nil` for one that counts from the next start.
    ///
    /// - Parameters:
    ///   - started: What the daemon started with.
    ///   - fresh: What it shall follow.
    static func group(of key: String, from started: PIMConfiguration, to fresh: PIMConfiguration) -> Group? {
        let section = key.prefix { $0 != "." }
        switch section {
        case "peers": return .peers
        case "gateway": return .gateway
        case "log": return .log
        case "discovery" where !startKeys.contains(key): return .discovery
        case "messaging" where announcementKeys.contains(key): return .announcements
        case "routing" where routingKeys.contains(key): return .routing
        case "security" where authorizationKeys.contains(key):
            // The list of trust on first use is opened at the start and not left before the end.
            let policies = [started.security.authorizationPolicy, fresh.security.authorizationPolicy]
            return policies.contains(.trustOnFirstUse) ? nil : .authorization
        default: return nil
        }
    }

    private static let startKeys: Set = ["discovery.enabled", "discovery.port"]
    private static let announcementKeys: Set = [
        "messaging.broadcast.outgoing_interval_s", "messaging.broadcast.watch_incoming",
        "messaging.broadcast.min_peer_interval_s",
    ]
    private static let routingKeys: Set = ["routing.dns_servers", "routing.dns_mode", "routing.kill_switch"]
    private static let authorizationKeys: Set = ["security.authorization_policy", "security.authorized_peers"]
}

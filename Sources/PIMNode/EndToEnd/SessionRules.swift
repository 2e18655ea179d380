import PIMCore

/// The numbers of sessions between nodes. `design/extensions.md` §4.
enum SessionRules {
    /// When an offer is sent, after it was made; the same bytes each time.
    static let offerTimes: [Duration] = [.zero, .seconds(1), .seconds(3), .seconds(7)]
    /// When an offer is given up.
    static let offerLifetime = Duration.seconds(15)
    /// From giving up an offer to the next one, to a node that is known to answer.
    static let pinnedRetry = Duration.seconds(15)
    /// The same to any other node; it doubles.
    static let firstRetry = Duration.seconds(60)
    static let longestRetry = Duration.seconds(3600)
    /// How long payloads wait for a session before they fail, and how long a wish for one lasts (§6).
    static let patience = Duration.seconds(10)
    /// Silence after which a node that is not pinned counts as a reference node (§6).
    static let decision = Duration.seconds(2)
    /// How long an answered offer waits for its first frame.
    static let unconfirmedLifetime = Duration.seconds(10)
    static let renewalAge = Duration.seconds(3600)
    static let renewalFrames: UInt64 = 1 << 31
    static let lifetime = Duration.seconds(3 * 3600)
    /// A node one of whose frames opened so recently knows our sessions.
    static let quiet = Duration.seconds(3)
    /// Answers whose signature is checked for one offer.
    static let answersPerOffer = 8
    /// Offers, by their key, that are not answered a second time.
    static let offersRemembered = 4096

    static let unconfirmedPerNode = 4
    static let unconfirmedPerLink = 64
    static let unconfirmed = 256
    static let establishedPerNode = 3
    static let established = 4096
    /// Sources whose pace is remembered.
    static let sources = 4096
}

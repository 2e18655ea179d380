import PIMCore

/// What one link may ask of this node, by kind of frame, so that a flood of one kind starves no other and never costs
/// more than a known number of signature checks a second (`spec/transport.md` §12.6).
struct LinkBudget: Sendable {
    /// Signed, hence the dearest: reference peers send one every 5 s and one for every peer they lose.
    var routeUpdates: TokenBucket
    var heartbeats: TokenBucket
    /// Goodbye, Ping, Pong, PeerInfo.
    var control: TokenBucket
    /// Plugin payloads in clear Control frames; the reference's own receive limit (`spec/routing.md` §2).
    var payloads: TokenBucket
    /// PeerInfo of nodes behind this link. After a link comes up every node behind it may introduce itself at once.
    var introductions: TokenBucket
    /// Signatures of PeerInfo that are checked (`design/extensions.md` §4).
    var signatures: TokenBucket
    /// Offers answered, and as many again to nodes that are pinned.
    var answers: TokenBucket
    var answersToPinned: TokenBucket
    /// Offers made because of frames under unknown sessions.
    var unknownSessions: TokenBucket
    /// Handshakes on a link that has a session already: six a minute.
    var renewals: TokenBucket

    init(at time: MonotonicTime) {
        routeUpdates = TokenBucket(capacity: 40, refillPerSecond: 10, at: time)
        heartbeats = TokenBucket(capacity: 10, refillPerSecond: 2, at: time)
        control = TokenBucket(capacity: 60, refillPerSecond: 20, at: time)
        payloads = TokenBucket(capacity: 500, refillPerSecond: 200, at: time)
        introductions = TokenBucket(capacity: 1000, refillPerSecond: 200, at: time)
        signatures = TokenBucket(capacity: 200, refillPerSecond: 200, at: time)
        answers = TokenBucket(capacity: 20, refillPerSecond: 20, at: time)
        answersToPinned = TokenBucket(capacity: 20, refillPerSecond: 20, at: time)
        unknownSessions = TokenBucket(capacity: 20, refillPerSecond: 20, at: time)
        renewals = TokenBucket(capacity: 6, refillPerSecond: 0.1, at: time)
    }

    /// Of each kind what is less.
    func emptier(than other: LinkBudget, at time: MonotonicTime) -> LinkBudget {
        var budget = self
        for bucket: WritableKeyPath<LinkBudget, TokenBucket> in [
            \.routeUpdates, \.heartbeats, \.control, \.payloads, \.introductions, \.signatures, \.answers,
            \.answersToPinned, \.unknownSessions, \.renewals,
        ] {
            budget[keyPath: bucket] = self[keyPath: bucket].emptier(than: other[keyPath: bucket], at: time)
        }
        return budget
    }
}

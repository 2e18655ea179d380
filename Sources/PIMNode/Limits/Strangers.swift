import PIMCore

/// Accepted links whose handshake is not finished: bounded in total and per address (`spec/transport.md` §12.2).
///
/// A full table makes room by giving up the stranger that has waited longest: an honest handshake takes a few round
/// trips, a half-open connection sits there for its whole deadline.
struct Strangers: Sendable {
    let total: Int
    let perAddress: Int

    private struct Stranger: Sendable {
        var link: LinkID
        var host: String
    }

    /// In the order they came.
    private var waiting: [Stranger] = []

    init(total: Int, perAddress: Int) {
        self.total = total
        self.perAddress = perAddress
    }

    var count: Int { waiting.count }

    /// Adds a link and returns the one that has to go for it, if any.
    mutating func admit(_ link: LinkID, remoteAddress: String) -> LinkID? {
        let host = Self.host(of: remoteAddress)
        var victim: LinkID?
        if waiting.count(where: { $0.host == host }) >= perAddress {
            victim = waiting.first { $0.host == host }?.link
        } else if waiting.count >= total {
            victim = waiting.first?.link
        }
        if let victim { remove(victim) }
        waiting.append(Stranger(link: link, host: host))
        return victim
    }

    /// The link finished its handshake or is gone.
    mutating func remove(_ link: LinkID) {
        waiting.removeAll { $0.link == link }
    }

    /// The part of `host:port` or `[host]:port` before the port.
    static func host(of remoteAddress: String) -> String {
        guard let colon = remoteAddress.lastIndex(of: ":") else { return remoteAddress }
        return String(remoteAddress[..<colon])
    }
}

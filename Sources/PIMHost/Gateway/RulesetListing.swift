import Foundation

/// Reads what `nft -j list …` prints (libnftables-json(5)). What is not understood is left out.
struct RulesetListing {
    private struct Listing: Decodable {
        var nftables: [Entry]
    }

    private struct Entry: Decodable {
        struct Counter: Decodable {
            var family, table, name: String
            var packets, bytes: UInt64
        }

        struct Chain: Decodable {
            var family, table, name: String
            /// Base chains only.
            var hook, policy: String?
        }

        var counter: Counter?
        var chain: Chain?
    }

    private let entries: [Entry]

    init(_ text: String) {
        entries = (try? JSONDecoder().decode(Listing.self, from: Data(text.utf8)))?.nftables ?? []
    }

    /// Those of the gateway's table.
    var counters: [GatewayCounter: GatewayCount] {
        var found: [GatewayCounter: GatewayCount] = [:]
        for case let counter? in entries.map(\.counter) where [counter.family, counter.table] == GatewayRules.table {
            guard let name = GatewayCounter(rawValue: counter.name) else { continue }
            found[name] = GatewayCount(packets: counter.packets, bytes: counter.bytes)
        }
        return found
    }

    /// `family table chain` of every chain of others that drops what is forwarded unless a rule accepts it.
    var blockingChains: [String] {
        entries.compactMap(\.chain).filter { chain in
            chain.hook == "forward" && chain.policy == "drop" && [chain.family, chain.table] != GatewayRules.table
        }.map { "\($0.family) \($0.table) \($0.name)" }
    }
}

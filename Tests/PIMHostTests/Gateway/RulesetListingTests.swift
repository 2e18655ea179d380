import Testing

@testable import PIMHost

@Suite struct RulesetListingTests {
    @Test func countersOfOurTableAreRead() {
        let text = """
            {"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
            {"counter": {"family": "inet", "name": "sent", "table": "pim", "handle": 6, "packets": 3, "bytes": 252}},
            {"counter": {"family": "inet", "name": "unheard_of", "table": "pim", "handle": 7, "packets": 1, "bytes": 1}},
            {"counter": {"family": "inet", "name": "received", "table": "other", "handle": 6, "packets": 9, "bytes": 9}},
            {"counter": {"family": "ip", "name": "over_limit", "table": "pim", "handle": 6, "packets": 9, "bytes": 9}}]}
            """
        #expect(RulesetListing(text).counters == [.sent: GatewayCount(packets: 3, bytes: 252)])
    }

    @Test func firewallsThatDropByDefaultAreNamed() {
        let text = """
            {"nftables": [
            {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "handle": 1, "type": "filter",
             "hook": "forward", "prio": 0, "policy": "drop"}},
            {"chain": {"family": "ip", "table": "filter", "name": "INPUT", "handle": 2, "type": "filter",
             "hook": "input", "prio": 0, "policy": "drop"}},
            {"chain": {"family": "ip", "table": "filter", "name": "DOCKER", "handle": 3}},
            {"chain": {"family": "inet", "table": "pim", "name": "forward", "handle": 4, "type": "filter",
             "hook": "forward", "prio": 0, "policy": "accept"}}]}
            """
        #expect(RulesetListing(text).blockingChains == ["ip filter FORWARD"])
    }

    @Test(arguments: ["", "{}", "no JSON", #"{"nftables": 3}"#])
    func whatIsNoListingIsEmpty(text: String) {
        #expect(RulesetListing(text).counters.isEmpty)
        #expect(RulesetListing(text).blockingChains.isEmpty)
    }
}

import PIMCore
import PIMHost
import Testing

@testable import PIMDaemon

@Suite struct GatewayUsersTests {
    private let addresses = NodeAddresses(of: NodeID(high: 9, low: 9), in: PIMConfiguration.Interface())
    private let a = NodeID(high: 1, low: 1)
    private let b = NodeID(high: 2, low: 2)

    private func four(_ node: NodeID) -> FlowSource { .ipv4(addresses.ipv4(of: node)) }
    private func six(_ node: NodeID) -> FlowSource { .ipv6(addresses.ipv6(of: node)) }

    @Test func aNodeIsOneHoweverManyAddressesItUses() {
        var users = GatewayUsers()
        users.learn([a, b], in: addresses)
        #expect(users.read([four(a)]).added == [a])
        let second = users.read([four(a), six(a), six(b)])
        #expect(second.added == [b] && second.removed == [])
        #expect(Set(second.newSources) == [six(a), six(b)])
        #expect(users.count == 2)
        #expect(users.read([six(a)]).removed == [b])
    }

    @Test func whoIsNotKnownYetIsCountedAndNamedLater() {
        var users = GatewayUsers()
        #expect(users.hasStrangers(among: [four(a)]))
        #expect(users.read([four(a)]).added == [])
        #expect((users.count, users.ids) == (1, []))
        users.learn([a], in: addresses)
        #expect(!users.hasStrangers(among: [four(a)]))
        #expect(users.read([four(a)]).added == [a])
    }
}

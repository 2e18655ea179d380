import PIMCore
import PIMHost
import Testing

@Suite struct NetworkInterfacesTests {
    @Test func loopbackIsThereAndLeadsNowhere() throws {
        let loopback = try #require(try NetworkInterfaces.current().first { $0.isLoopback })
        #expect(loopback.index > 0)
        #expect(!loopback.isShared)
        #expect(loopback.ipv4.contains { $0.address == IPv4Address("127.0.0.1") && $0.network.length == 8 })
        #expect(loopback.ipv4.allSatisfy { $0.broadcast == nil })
    }

    @Test func twoLooksAreEqualAndAddressesLieInTheirNetworks() throws {
        let interfaces = try NetworkInterfaces.current()
        #expect(interfaces == (try NetworkInterfaces.current()))
        #expect(Set(interfaces.map(\.name)).count == interfaces.count)
        for address in interfaces.flatMap(\.ipv4) {
            #expect(address.network.contains(address.address))
            if let broadcast = address.broadcast { #expect(address.network.contains(broadcast)) }
        }
    }

    @Test(arguments: [
        (true, false, false, true), (false, false, false, false), (true, true, false, false),
        (true, false, true, false),
    ])
    func onlyRunningNetworksAreShared(isRunning: Bool, isLoopback: Bool, isPointToPoint: Bool, isShared: Bool) {
        let interface = NetworkInterface(
            name: "x0", index: 1, isRunning: isRunning, isLoopback: isLoopback, isPointToPoint: isPointToPoint,
            canMulticast: true)
        #expect(interface.isShared == isShared)
    }
}

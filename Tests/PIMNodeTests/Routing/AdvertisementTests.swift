import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// `spec/routing.md` §6 and §7: what is advertised, and when.
@Suite struct AdvertisementTests {
    private let far = NodeID.filled(0xf)

    private func connected(_ configuration: ControlConfiguration = ControlConfiguration()) throws -> (
        Subject, first: Remote, second: Remote
    ) {
        var subject = try Subject(configuration: configuration)
        var (first, second) = (try Remote(0x02), try Remote(0x42))
        try subject.connect(&first, on: .first)
        try subject.connect(&second, on: .second)
        // The news of two sessions is out, the next piece of news need not wait.
        subject.advance(by: .seconds(1))
        return (subject, first, second)
    }

    private func entries(_ update: RouteUpdate?) -> [NodeID: UInt8] {
        Dictionary((update?.entries ?? []).map { ($0.destination, $0.hops) }) { first, _ in first }
    }

    @Test func aNewSessionIsAdvertisedToAtOnce() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let update = try #require(try subject.connect(&remote).updates().first)
        #expect(update.origin == subject.plane.own)
        #expect(update.entries.map(\.destination) == [subject.plane.own])
        try update.verify(publicKey: subject.plane.identity.publicKey)
    }

    @Test func theOwnEntryComesFirstAndThePeerIsNotToldAboutItself() throws {
        var (subject, first, second) = try connected()
        let effects = subject.handle(.directFrame(.first, .routeUpdate, try first.update([RouteEntry(far, 1)])))
        let update = try #require(effects.updates(on: .second).first)
        #expect(update.entries.first == RouteEntry(subject.plane.own, 0))
        #expect(entries(update) == [subject.plane.own: 0, first.node: 1, far: 2])
        #expect(entries(update)[second.node] == nil)
    }

    @Test func routesThroughThePeerArePoisoned() throws {
        var (subject, first, second) = try connected()
        let effects = subject.handle(.directFrame(.first, .routeUpdate, try first.update([RouteEntry(far, 1)])))
        #expect(entries(effects.updates(on: .first).first) == [subject.plane.own: 0, second.node: 1, far: 16])
    }

    @Test func aChangeTriggersAnUpdateAndAFloodOfChangesIsPaced() throws {
        var (subject, first, _) = try connected()
        subject.advance(by: .seconds(2))
        var waves = 0
        for round in 0..<20 {
            let entries = round.isMultiple(of: 2) ? [RouteEntry(far, 1)] : []
            let effects = subject.handle(.directFrame(.first, .routeUpdate, try first.update(entries)))
            waves += effects.updates(on: .second).count
        }
        #expect(waves == 2)
        #expect(subject.advance(by: .milliseconds(250)).updates(on: .second).count == 1)
    }

    @Test func everythingIsRepeatedEveryFiveSeconds() throws {
        var (subject, _, _) = try connected()
        subject.advance(by: .seconds(1))
        #expect(subject.advance(by: .seconds(10)).updates(on: .first).count == 2)
    }

    @Test func sequencesGrowFromOneUpdateToTheNext() throws {
        var (subject, first, _) = try connected()
        var effects = subject.handle(.directFrame(.first, .routeUpdate, try first.update([RouteEntry(far, 1)])))
        effects += subject.advance(by: .seconds(11))
        let numbers = (effects.updates(on: .first) + effects.updates(on: .second)).map(\.sequence)
        #expect(Set(numbers).count == numbers.count)
        #expect(effects.updates(on: .first).map(\.sequence) == effects.updates(on: .first).map(\.sequence).sorted())
        #expect(numbers.allSatisfy { $0 >= 1_700_000_000_000 })
    }

    @Test func aLostPeerIsNewsForTheOthers() throws {
        var (subject, first, _) = try connected()
        subject.advance(by: .seconds(1))
        let effects = subject.handle(.linkClosed(.first))
        #expect(entries(effects.updates(on: .second).first)[first.node] == nil)
        #expect(effects.updates(on: .second).count == 1)
    }

    @Test func aNodeThatDoesNotRelayAdvertisesItselfOnly() throws {
        var (subject, first, _) = try connected(ControlConfiguration(relays: false))
        subject.handle(.directFrame(.first, .routeUpdate, try first.update([RouteEntry(far, 1)])))
        let effects = subject.advance(by: .seconds(6))
        #expect(entries(effects.updates(on: .second).last) == [subject.plane.own: 0])
        #expect(subject.distances[far] == 2)
    }

    @Test func theOwnAddressIsStatedOnlyWithAnInterface() throws {
        for hasInterface in [false, true] {
            var subject = try Subject(configuration: ControlConfiguration(hasInterface: hasInterface))
            var remote = try Remote(0x02)
            let entry = try #require(try subject.connect(&remote).updates().first?.entries.first)
            let derived = MeshAddress.ipv4(of: subject.plane.own, in: .mesh)
            #expect(entry.meshIPv4 == (hasInterface ? derived : .unspecified))
        }
    }

    @Test func otherNodesAreStatedWithTheirDerivedAddress() throws {
        var (subject, first, _) = try connected()
        let effects = subject.handle(.directFrame(.first, .routeUpdate, try first.update([RouteEntry(far, 1)])))
        let entry = effects.updates(on: .second).first?.entries.first { $0.destination == far }
        #expect(entry?.meshIPv4 == MeshAddress.ipv4(of: far, in: .mesh))
    }

    @Test func theGatewayBitIsNotSetUnlessConfigured() throws {
        for isGateway in [false, true] {
            var subject = try Subject(configuration: ControlConfiguration(isGateway: isGateway))
            var remote = try Remote(0x02)
            let entry = try #require(try subject.connect(&remote).updates().first?.entries.first)
            #expect(entry.isGateway == isGateway)
        }
    }

    @Test func atMostAThousandEntriesGatewaysFirstThenTheNearest() {
        var ordered: [(destination: NodeID, route: Route)] = []
        var table = RouteTable(own: .filled(0xee), rules: RoutingRules())
        let neighbour = NodeID.filled(0xb)
        _ = table.neighbourUp(neighbour, at: .zero)
        var offers: [NodeID: RouteOffer] = [:]
        for number in 0..<UInt64(1500) {
            offers[NodeID(high: 1, low: number)] = RouteOffer(
                hops: UInt8(2 + number % 7), isGateway: number.isMultiple(of: 100))
        }
        _ = table.replaceOffers(of: neighbour, with: offers, isGateway: false, sequence: 1, at: .zero)
        ordered = table.advertisingOrder()
        let entries = RouteTable.entries(
            for: .filled(0xc), selfEntry: RouteEntry(.filled(0xee), 0), ordered: ordered
        ) { _ in .unspecified }
        #expect(entries.count == 1000)
        #expect(entries.dropFirst().prefix(15).count(where: \.isGateway) == 15)
        let plain = entries.dropFirst(16).filter { !$0.isGateway }.map(\.hops)
        #expect(plain == plain.sorted())
        #expect(entries.count { $0.hops == 0 } == 1)
    }
}

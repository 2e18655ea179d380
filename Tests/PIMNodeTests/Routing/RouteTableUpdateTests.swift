import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// `spec/routing.md` §5: how an update changes the table.
@Suite struct RouteTableUpdateTests {
    private let own = NodeID.filled(0xee)
    private let b = NodeID.filled(0xb)
    private let c = NodeID.filled(0xc)
    private let d = NodeID.filled(0xd)
    private let gateway = NodeID.filled(0x9)
    private var table: RouteTable
    private var sequence: UInt64 = 0

    init() {
        table = RouteTable(own: .filled(0xee), rules: RoutingRules())
        _ = table.neighbourUp(.filled(0xb), at: .zero)
        _ = table.neighbourUp(.filled(0xc), at: .zero)
    }

    private mutating func update(
        from node: NodeID, _ entries: [RouteEntry], gateway: Bool = false, at time: MonotonicTime = .zero
    ) throws -> RouteChanges {
        sequence += 1
        let update = RouteUpdate(
            origin: node, sequence: sequence, entries: [RouteEntry(node, 0, gateway: gateway)] + entries)
        return try table.receive(update, from: node, at: time)
    }

    @Test func aNeighbourIsOneHopAway() {
        #expect(table.routes[b]?.hops == 1)
        #expect(table.routes[b]?.nextHop == b)
        #expect(table.routes[own] == nil)
    }

    @Test mutating func aNewDestinationIsOneHopFartherThanItsNeighbourSays() throws {
        let changes = try update(from: b, [RouteEntry(d, 1)])
        #expect(changes.added == [d])
        #expect(changes.isSignificant)
        #expect(table.routes[d]?.hops == 2)
        #expect(table.routes[d]?.nextHop == b)
    }

    @Test mutating func anUpdateInTheNameOfAnotherNodeIsRefused() throws {
        let update = RouteUpdate(origin: c, sequence: 9, entries: [RouteEntry(c, 0), RouteEntry(d, 1)])
        #expect(throws: UpdateRefusal.foreignOrigin) { try table.receive(update, from: b, at: .zero) }
        #expect(table.routes[d] == nil)
    }

    @Test mutating func theSameUpdateTwiceIsStaleTheSecondTime() throws {
        let update = RouteUpdate(origin: b, sequence: 7, entries: [RouteEntry(b, 0), RouteEntry(d, 1)])
        let first = try table.receive(update, from: b, at: .zero)
        #expect(first.isSignificant)
        #expect(throws: UpdateRefusal.stale) { try table.receive(update, from: b, at: .zero) }
    }

    @Test mutating func sequenceZeroIsNeverAccepted() {
        let update = RouteUpdate(origin: b, sequence: 0, entries: [])
        #expect(throws: UpdateRefusal.stale) { try table.receive(update, from: b, at: .zero) }
    }

    @Test mutating func aLieAboutDistanceZeroVoidsTheUpdateButBurnsNoSequence() throws {
        let lie = RouteUpdate(origin: b, sequence: 50, entries: [RouteEntry(b, 0), RouteEntry(d, 1), RouteEntry(c, 0)])
        #expect(throws: UpdateRefusal.distanceLie) { try table.receive(lie, from: b, at: .zero) }
        #expect(table.routes[d] == nil)
        let honest = RouteUpdate(origin: b, sequence: 50, entries: [RouteEntry(b, 0), RouteEntry(d, 1)])
        let changes = try table.receive(honest, from: b, at: .zero)
        #expect(changes.added == [d])
    }

    @Test mutating func anUpdateOfANodeWithoutASessionIsRefused() {
        let update = RouteUpdate(origin: d, sequence: 9, entries: [])
        #expect(throws: UpdateRefusal.notANeighbour) { try table.receive(update, from: d, at: .zero) }
    }

    @Test mutating func ourselvesAreSkipped() throws {
        let changes = try update(from: b, [RouteEntry(own, 1)])
        #expect(!changes.isSignificant)
        #expect(table.routes[own] == nil)
    }

    @Test mutating func aShorterRouteReplacesALongerOne() throws {
        _ = try update(from: b, [RouteEntry(d, 3)])
        let changes = try update(from: c, [RouteEntry(d, 1)])
        #expect(changes.added.isEmpty)
        #expect(changes.isSignificant)
        #expect(table.routes[d]?.nextHop == c)
        #expect(table.routes[d]?.hops == 2)
    }

    @Test mutating func anEqualRouteNeverDisplacesTheOneInUse() throws {
        _ = try update(from: c, [RouteEntry(d, 1)])
        let changes = try update(from: b, [RouteEntry(d, 1)])
        #expect(!changes.isSignificant)
        #expect(table.routes[d]?.nextHop == c)
    }

    @Test mutating func aLongerRouteFromTheNextHopInUseIsTaken() throws {
        _ = try update(from: b, [RouteEntry(d, 1)])
        let changes = try update(from: b, [RouteEntry(d, 4)])
        #expect(changes.isSignificant)
        #expect(table.routes[d]?.hops == 5)
    }

    @Test(arguments: [UInt8(9), 10, 15, 16, 200, 255])
    mutating func whatIsOutOfReachIsPoison(hops: UInt8) throws {
        _ = try update(from: b, [RouteEntry(d, 1)])
        let changes = try update(from: b, [RouteEntry(d, hops)])
        #expect(changes.removed == [d])
        #expect(table.routes[d] == nil)
    }

    @Test mutating func nineHopsAreStillInReach() throws {
        _ = try update(from: b, [RouteEntry(d, 8)])
        #expect(table.routes[d]?.hops == 9)
    }

    @Test func poisonOfAnotherNeighbourChangesNothing() throws {
        var copy = self
        _ = try copy.update(from: b, [RouteEntry(d, 1)])
        let changes = try copy.update(from: c, [RouteEntry(d, 16)])
        #expect(!changes.isSignificant)
        #expect(copy.table.routes[d]?.nextHop == b)
    }

    @Test mutating func anAbsentDestinationIsWithdrawn() throws {
        _ = try update(from: b, [RouteEntry(d, 1)])
        let changes = try update(from: b, [])
        #expect(changes.removed == [d])
        #expect(table.routes[b] != nil)
    }

    @Test mutating func ofADestinationNamedTwiceTheShorterCounts() throws {
        _ = try update(from: b, [RouteEntry(d, 3), RouteEntry(d, 1), RouteEntry(d, 2)])
        #expect(table.routes[d]?.hops == 2)
    }

    @Test mutating func poisonAfterAnOfferInOneUpdateCounts() throws {
        _ = try update(from: b, [RouteEntry(d, 3), RouteEntry(d, 16)])
        #expect(table.routes[d] == nil)
    }

    @Test mutating func theGatewayBitOfANeighbourComesWithItsFirstUpdate() throws {
        let changes = try update(from: b, [], gateway: true)
        #expect(changes.isSignificant)
        #expect(table.routes[b]?.isGateway == true)
        #expect(table.routes[b]?.hops == 1)
    }

    @Test mutating func aFlippedGatewayBitIsAChange() throws {
        _ = try update(from: b, [RouteEntry(d, 1, gateway: true)])
        let changes = try update(from: b, [RouteEntry(d, 1, gateway: false)])
        #expect(changes.isSignificant)
        #expect(changes.added.isEmpty && changes.removed.isEmpty)
        #expect(table.routes[d]?.isGateway == false)
    }

    @Test(arguments: [UInt8(1), 5, 15, 16])
    mutating func aNeighbourCannotTalkItsOwnDistanceUp(hops: UInt8) throws {
        let update = RouteUpdate(origin: b, sequence: 9, entries: [RouteEntry(b, hops)])
        _ = try table.receive(update, from: b, at: .zero)
        #expect(table.routes[b]?.hops == 1)
    }

    @Test mutating func losingTheBetterNeighbourFailsOverToTheOther() throws {
        _ = try update(from: b, [RouteEntry(gateway, 1, gateway: true)])
        _ = try update(from: c, [RouteEntry(gateway, 1, gateway: true)])
        let changes = table.neighbourDown(b, at: .seconds(1))
        #expect(changes.removed == [b])
        #expect(table.routes[gateway]?.nextHop == c)
    }

    @Test mutating func losingANeighbourLosesWhatOnlyItOffered() throws {
        _ = try update(from: b, [RouteEntry(d, 1)])
        let changes = table.neighbourDown(b, at: .seconds(1))
        #expect(Set(changes.removed) == [b, d])
        #expect(Set(table.routes.keys) == [c])
    }

    @Test mutating func aNewSessionResetsTheSequence() throws {
        _ = try table.receive(RouteUpdate(origin: b, sequence: 1000, entries: []), from: b, at: .zero)
        _ = table.neighbourUp(b, at: .seconds(1))
        _ = try table.receive(
            RouteUpdate(origin: b, sequence: 1, entries: [RouteEntry(d, 1)]), from: b, at: .seconds(1))
        #expect(table.routes[d]?.nextHop == b)
    }

    @Test mutating func offersExpireWhenANeighbourStopsAdvertising() throws {
        _ = try update(from: b, [RouteEntry(d, 1)])
        #expect(table.nextDeadline == .seconds(30))
        #expect(!table.advance(to: .seconds(29)).isSignificant)
        let changes = table.advance(to: .seconds(30))
        #expect(changes.removed == [d])
        #expect(table.routes[b] != nil)
    }

    @Test mutating func everyUpdateRenewsWhatItRepeats() throws {
        for second in stride(from: 0.0, to: 100, by: 5) {
            _ = try update(from: b, [RouteEntry(d, 1)], at: .seconds(second))
            #expect(!table.advance(to: .seconds(second + 4)).isSignificant)
        }
        #expect(table.routes[d] != nil)
    }
}

import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// `spec/routing.md` §16.3: a lost route does not come back as its own echo.
@Suite struct FeasibilityTests {
    private let b = NodeID.filled(0xb)
    private let c = NodeID.filled(0xc)
    private let d = NodeID.filled(0xd)
    private var table: RouteTable
    private var sequence: UInt64 = 0

    init() {
        table = RouteTable(own: .filled(0xee), rules: RoutingRules())
        _ = table.neighbourUp(.filled(0xb), at: .zero)
        _ = table.neighbourUp(.filled(0xc), at: .zero)
    }

    private mutating func update(from node: NodeID, _ entries: [RouteEntry], at time: MonotonicTime = .zero) throws {
        sequence += 1
        let update = RouteUpdate(origin: node, sequence: sequence, entries: entries)
        _ = try table.receive(update, from: node, at: time)
    }

    @Test mutating func anEchoOfALostRouteIsNotBelieved() throws {
        try update(from: b, [RouteEntry(d, 1)])
        // C reaches D through us or through B: one farther than we are.
        try update(from: c, [RouteEntry(d, 2)])
        try update(from: b, [RouteEntry(d, 16)], at: .seconds(1))
        #expect(table.routes[d] == nil)
        try update(from: c, [RouteEntry(d, 3)], at: .seconds(1.1))
        #expect(table.routes[d] == nil)
    }

    @Test mutating func afterTheHoldDownAnyOfferWillDo() throws {
        try update(from: b, [RouteEntry(d, 1)])
        try update(from: c, [RouteEntry(d, 4)])
        try update(from: b, [], at: .seconds(1))
        #expect(table.nextDeadline == .seconds(1.8))
        #expect(!table.advance(to: .seconds(1.7)).isSignificant)
        let changes = table.advance(to: .seconds(1.8))
        #expect(changes.added == [d])
        #expect(table.routes[d]?.hops == 5)
    }

    @Test mutating func aFeasibleOfferEndsTheHoldDown() throws {
        try update(from: b, [RouteEntry(d, 3)])
        try update(from: b, [], at: .seconds(1))
        try update(from: c, [RouteEntry(d, 3)], at: .seconds(1.1))
        #expect(table.routes[d]?.nextHop == c)
    }

    @Test mutating func aNeighbourOfTheDestinationIsBelievedAtOnce() throws {
        _ = table.neighbourUp(d, at: .zero)
        try update(from: c, [RouteEntry(d, 1)])
        #expect(table.routes[d]?.hops == 1)
        let changes = table.neighbourDown(d, at: .seconds(1))
        #expect(changes.removed.isEmpty)
        #expect(table.routes[d]?.nextHop == c)
        #expect(table.routes[d]?.hops == 2)
    }

    @Test mutating func aRouteThatGotWorseMeetsItsBetterAlternativeAfterTheHoldDown() throws {
        try update(from: b, [RouteEntry(d, 2)])
        try update(from: c, [RouteEntry(d, 4)])
        try update(from: b, [RouteEntry(d, 6)], at: .seconds(1))
        #expect(table.routes[d]?.nextHop == b)
        _ = table.advance(to: .seconds(1.8))
        #expect(table.routes[d]?.nextHop == c)
        #expect(table.routes[d]?.hops == 5)
    }

    @Test mutating func aTimerThatNoLongerAppliesChangesNothing() throws {
        try update(from: b, [RouteEntry(d, 3)])
        try update(from: b, [], at: .seconds(1))
        try update(from: c, [RouteEntry(d, 2)], at: .seconds(1.1))
        #expect(!table.advance(to: .seconds(5)).isSignificant)
        #expect(table.routes[d]?.feasibleDistance == 3)
    }

    @Test mutating func lossesAreForgotten() throws {
        for round in 0..<50 {
            let time = Double(round) * 2
            try update(from: b, [RouteEntry(d, 1)], at: .seconds(time))
            try update(from: b, [], at: .seconds(time + 0.5))
            _ = table.advance(to: .seconds(time + 1.5))
        }
        #expect(table.nextDeadline == nil)
    }
}

import Attacks
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Lies in route updates (`spec/routing.md` §5, §13 and §16).
@Suite struct RouteAttackTests {
    private static let far = NodeID.filled(0x77)

    /// The liar is linked on `.first`, the victim on `.second`.
    private func scene() throws -> (subject: Subject, liar: Remote, victim: Remote) {
        var subject = try Subject()
        var (liar, victim) = (try Remote(0x02), try Remote(0x42))
        try subject.connect(&liar)
        try subject.connect(&victim, on: .second)
        return (subject, liar, victim)
    }

    @Test func anUpdateThatNobodySignedIsNotTaken() throws {
        let outcome = try attack(on: .routeSignature) {
            var (subject, _, victim) = try scene()
            // Written into the victim's clear link.
            var forged = RouteUpdate(origin: victim.node, sequence: 9, entries: [RouteEntry(Self.far, 1)])
            forged.signature = [UInt8](repeating: 7, count: 64)
            subject.handle(.directFrame(.second, .routeUpdate, try forged.encode()))
            return subject.distances[Self.far] != nil
        }
        #expect(outcome == .prevented)
    }

    @Test func nobodyAdvertisesInTheNameOfAnother() throws {
        let outcome = try attack(on: .routeOrigin) {
            var (subject, liar, victim) = try scene()
            var forged = RouteUpdate(origin: victim.node, sequence: 9, entries: [RouteEntry(Self.far, 1)])
            forged.signature = try liar.identity.sign(forged.signedBytes)
            subject.handle(.directFrame(.first, .routeUpdate, try forged.encode()))
            return subject.distances[Self.far] != nil
        }
        #expect(outcome == .prevented)
    }

    @Test func anOldUpdateDoesNotBringARouteBack() throws {
        let outcome = try attack(on: .routeSequence) {
            var (subject, _, victim) = try scene()
            let old = try victim.update([RouteEntry(Self.far, 1)])
            subject.handle(.directFrame(.second, .routeUpdate, old))
            subject.handle(.directFrame(.second, .routeUpdate, try victim.update()))
            guard subject.distances[Self.far] == nil else { return true }
            subject.handle(.directFrame(.second, .routeUpdate, old))
            return subject.distances[Self.far] != nil
        }
        #expect(outcome == .prevented)
    }

    @Test func nobodyIsAnotherNode() throws {
        let outcome = try attack(on: .routeDistance) {
            var (subject, liar, _) = try scene()
            subject.handle(.directFrame(.first, .routeUpdate, try liar.update([RouteEntry(Self.far, 0)])))
            return subject.distances[Self.far] == 1
        }
        #expect(outcome == .prevented)
    }

    /// Nothing to switch off: the session itself is the route to a neighbour, and nothing is nearer.
    @Test func nobodyTakesALinkFromANeighbour() throws {
        var (subject, liar, victim) = try scene()
        subject.handle(.directFrame(.first, .routeUpdate, try liar.update([RouteEntry(victim.node, 1)])))
        #expect(subject.plane.forwardingTable.routes[victim.node]?.link == .second)
        #expect(subject.distances[victim.node] == 1)
    }

    @Test func nobodyOffersAWayToThisNode() throws {
        let outcome = try attack(on: .ownRoute) {
            var (subject, liar, _) = try scene()
            subject.handle(.directFrame(.first, .routeUpdate, try liar.update([RouteEntry(subject.plane.own, 3)])))
            return subject.distances[subject.plane.own] != nil
        }
        #expect(outcome == .prevented)
    }

    @Test(arguments: [9, 15, 16, 200] as [UInt8])
    func aDistanceBeyondReachIsNoRoute(hops: UInt8) throws {
        let outcome = try attack(on: .routeReach) {
            var (subject, liar, _) = try scene()
            subject.handle(.directFrame(.first, .routeUpdate, try liar.update([RouteEntry(Self.far, hops)])))
            return subject.distances[Self.far] != nil
        }
        #expect(outcome == .prevented)
    }

    /// The victim withdraws what the liar then claims to know a longer way to: its echo, or a lie.
    @Test func aLostRouteDoesNotComeBackAsItsEcho() throws {
        let outcome = try attack(on: .routeFeasibility) {
            var (subject, liar, victim) = try scene()
            subject.handle(.directFrame(.second, .routeUpdate, try victim.update([RouteEntry(Self.far, 3)])))
            subject.handle(.directFrame(.second, .routeUpdate, try victim.update()))
            subject.handle(.directFrame(.first, .routeUpdate, try liar.update([RouteEntry(Self.far, 5)])))
            return subject.distances[Self.far] != nil
        }
        #expect(outcome == .prevented)
    }
}

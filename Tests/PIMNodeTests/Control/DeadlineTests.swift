import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// The driver sleeps until the time the engine names: a deadline that is named too late is missed.
@Suite struct DeadlineTests {
    private static let configuration = ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")])

    /// Looks at everything there is, as nobody does between steps.
    private func expectExact(_ plane: ControlPlane, _ step: Int) {
        let negotiations = plane.negotiations.all.values.compactMap(\.nextDeadline).min()
        let links = plane.links.values.compactMap { $0.nextDeadline(plane.configuration.timing) }.min()
        #expect(plane.negotiations.nextDeadline == negotiations, "step \(step)")
        #expect(plane.links.nextDeadline == links, "step \(step)")
        #expect(plane.nextDeadline == plane.earliestDeadline, "step \(step)")
        let isInTime = [negotiations, links].compactMap(\.self).allSatisfy { due in
            plane.nextDeadline.map { $0 <= due } ?? false
        }
        #expect(isInTime, "step \(step)")
    }

    @Test(arguments: UInt64(1)...3)
    func theFirstDeadlineIsExactAfterEveryStep(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var meeting = try OfferTests.Meeting(Self.configuration)
        var remotes = try (0..<6).map { try Remote(0x50 + $0, features: [.sealedLinks, .sessions]) }
        let own = meeting.subject.plane.own
        var offered: [NodeID: [UInt8]] = [:]
        var opened: [SessionID] = []
        for step in 0..<1500 {
            let index = Int.random(in: remotes.indices, using: &random)
            let node = remotes[index].node
            var effects: [ControlEffect] = []
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: effects = meeting.subject.handle(.wantsSession(node))
            case 2:
                guard let offer = offered[node] else { break }
                let answer = PeerInfoTrailer.Exchange.answer(
                    responder: try remotes[index].ephemeral().publicKey, initiator: offer)
                effects = meeting.receive(try remotes[index].signedPeerInfo(for: own, answer), from: node)
            case 3:
                let offer = PeerInfoTrailer.Exchange.offer(try remotes[index].ephemeral().publicKey)
                effects = meeting.receive(try remotes[index].signedPeerInfo(for: own, offer), from: node)
            case 4:
                let reachable = remotes.filter { _ in Int.random(in: 0..<8, using: &random) > 0 }
                let entries = reachable.map { RouteEntry($0.node, 1) }
                let update = try meeting.neighbour.update(entries)
                effects = meeting.subject.handle(.directFrame(.first, .routeUpdate, update))
            case 5: effects = meeting.subject.handle(.unknownSession(source: node, via: .first))
            case 6:
                guard let id = opened.randomElement(using: &random) else { break }
                let isOpened = Bool.random(using: &random)
                effects = meeting.subject.handle(isOpened ? .sessionOpened(id) : .sessionSealed(id, frames: 1 << 31))
            case 7 where step.isMultiple(of: 5): effects = meeting.subject.handle(.request(.forget(node)))
            case 8: effects = meeting.subject.handle(.dataOpened(.first))
            default:
                let pause = Duration.milliseconds(Int.random(in: 0..<2500, using: &random))
                effects = meeting.subject.advance(by: pause)
                effects += meeting.subject.handle(
                    .directFrame(.first, .heartbeat, meeting.neighbour.heartbeat()))
            }
            for case .session(.add(let keys, _)) in effects { opened.append(keys.id) }
            for remote in remotes {
                for info in effects.routedInfos(to: remote.node) {
                    if case .offer(let key)? = info.trailer?.exchange { offered[remote.node] = key }
                }
            }
            expectExact(meeting.subject.plane, step)
        }
        let counters = meeting.subject.plane.counters
        #expect(counters[.endToEndEstablished, default: 0] > 20)
        #expect(counters[.offerGivenUp, default: 0] > 0)
        #expect(counters[.endToEndEvicted, default: 0] > 0)
    }
}

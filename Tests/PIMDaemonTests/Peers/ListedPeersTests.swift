import PIMCore
import PIMRPC
import Testing

@testable import PIMDaemon

struct ListedPeersTests {
    private var listed = ListedPeers()

    private func peer(
        _ number: UInt64?, _ state: PeerState, lastSeen: UInt64 = 0, latency: UInt32? = nil, isGateway: Bool = false
    ) -> PeerSummary {
        PeerSummary(
            nodeID: number.map { NodeID(high: 1, low: $0) }, label: nil, meshIP: "", transport: .tcp, state: state,
            routeHops: 1, lastSeenSeconds: lastSeen, latencyMilliseconds: latency, isGateway: isGateway, isStatic: true,
            x25519PublicKey: nil)
    }

    @Test mutating func theFirstLookTellsHowAllStand() {
        let (known, failed) = (peer(1, .active, latency: 3), peer(2, .failed))
        #expect(listed.update(to: [known, failed]) == [.changed(known), .changed(failed)])
    }

    @Test mutating func whatCountsIsToldOnce() {
        _ = listed.update(to: [peer(1, .active)])
        #expect(listed.update(to: [peer(1, .active, lastSeen: 9)]).isEmpty)
        let measured = peer(1, .active, latency: 3)
        #expect(listed.update(to: [measured]) == [.changed(measured)])
        #expect(listed.update(to: [peer(1, .active, latency: 4)]).isEmpty)
        let gateway = peer(1, .active, latency: 4, isGateway: true)
        #expect(listed.update(to: [gateway]) == [.changed(gateway)])
    }

    @Test mutating func sessionsHaveEventsOfTheirOwn() {
        _ = listed.update(to: [])
        #expect(listed.update(to: [peer(1, .active)]).isEmpty)
        #expect(listed.update(to: []) == [.removed(peer(1, .active))])
        // What was not known when the session came is told when it is.
        let gateway = peer(1, .active, isGateway: true)
        #expect(listed.update(to: [gateway]) == [.changed(gateway)])
        #expect(listed.update(to: []) == [.removed(gateway)])
        // But that it is dialled again is news.
        #expect(listed.update(to: [peer(1, .connecting)]) == [.changed(peer(1, .connecting))])
    }

    @Test mutating func whoIsNotDialledAnyMoreIsGone() {
        _ = listed.update(to: [peer(1, .failed)])
        #expect(listed.update(to: []) == [.removed(peer(1, .failed))])
    }

    @Test mutating func entriesWithoutANodeAreNotTold() {
        _ = listed.update(to: [])
        #expect(listed.update(to: [peer(nil, .connecting)]).isEmpty)
    }

    @Test mutating func theSessionCountsAmongSeveralEntries() {
        _ = listed.update(to: [peer(1, .active)])
        #expect(listed.update(to: [peer(1, .failed), peer(1, .active)]).isEmpty)
    }

    @Test mutating func whoListensAnewStartsAnew() {
        _ = listed.update(to: [peer(1, .active)])
        listed.forget()
        #expect(listed.update(to: [peer(1, .failed)]) == [.changed(peer(1, .failed))])
    }
}

import PIMCore
import Testing

@testable import PIMNode

@Suite struct RoundTripsTests {
    private let peer = NodeID.filled(1)

    @Test func smoothsItsSamples() {
        var trips = RoundTrips()
        trips.sent(1, to: peer, at: .zero)
        #expect(trips.received(1, from: peer, at: .seconds(0.08)) == true)
        #expect(trips.milliseconds(to: peer) == 80)
        trips.sent(2, to: peer, at: .seconds(10))
        #expect(trips.received(2, from: peer, at: .seconds(10.88)) == true)
        #expect(trips.milliseconds(to: peer) == 180)
    }

    @Test func acceptsAPongOnlyFromThePingedPeerAndOnce() {
        var trips = RoundTrips()
        trips.sent(1, to: peer, at: .zero)
        #expect(trips.received(1, from: .filled(2), at: .seconds(1)) == false)
        #expect(trips.received(3, from: peer, at: .seconds(1)) == false)
        #expect(trips.received(1, from: peer, at: .seconds(1)) == true)
        #expect(trips.received(1, from: peer, at: .seconds(1)) == false)
        #expect(trips.milliseconds(to: .filled(2)) == nil)
    }

    @Test func forgetsPingsThatAreTooOldAndPingsThatAreTooMany() {
        var trips = RoundTrips()
        trips.sent(1, to: peer, at: .zero)
        trips.sent(2, to: peer, at: .seconds(30))
        #expect(trips.received(1, from: peer, at: .seconds(31)) == false)
        for nonce in 10..<UInt64(10 + RoundTrips.capacity) { trips.sent(nonce, to: peer, at: .seconds(31)) }
        #expect(trips.received(2, from: peer, at: .seconds(31)) == false)
        #expect(trips.received(10, from: peer, at: .seconds(31)) == true)
    }

    @Test func forgetsAPeer() {
        var trips = RoundTrips()
        trips.sent(1, to: peer, at: .zero)
        #expect(trips.received(1, from: peer, at: .seconds(1)) == true)
        trips.forget(peer)
        #expect(trips.milliseconds(to: peer) == nil)
    }
}

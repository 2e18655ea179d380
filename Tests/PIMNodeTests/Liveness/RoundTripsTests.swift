import PIMCore
import Testing

@testable import PIMNode

@Suite struct RoundTripsTests {
    private let link = LinkID(rawValue: 1)
    private let other = LinkID(rawValue: 2)

    @Test func smoothsItsSamples() {
        var trips = RoundTrips()
        trips.sent(1, over: link, at: .zero)
        #expect(trips.received(1, over: link, at: .seconds(0.08)) == true)
        #expect(trips.milliseconds(over: link) == 80)
        trips.sent(2, over: link, at: .seconds(10))
        #expect(trips.received(2, over: link, at: .seconds(10.88)) == true)
        #expect(trips.milliseconds(over: link) == 180)
    }

    @Test func acceptsAPongOnlyOnThePingedLinkAndOnce() {
        var trips = RoundTrips()
        trips.sent(1, over: link, at: .zero)
        #expect(trips.received(1, over: other, at: .seconds(1)) == false)
        #expect(trips.received(3, over: link, at: .seconds(1)) == false)
        #expect(trips.received(1, over: link, at: .seconds(1)) == true)
        #expect(trips.received(1, over: link, at: .seconds(1)) == false)
        #expect(trips.milliseconds(over: other) == nil)
    }

    /// MG-13.
    @Test func forgetsPingsThatAreTooOldAndPingsThatAreTooMany() {
        var trips = RoundTrips()
        trips.sent(1, over: link, at: .zero)
        trips.sent(2, over: link, at: .seconds(30))
        #expect(trips.received(1, over: link, at: .seconds(31)) == false)
        for nonce in 10..<UInt64(10 + RoundTrips.capacity) { trips.sent(nonce, over: link, at: .seconds(31)) }
        #expect(trips.received(2, over: link, at: .seconds(31)) == false)
        #expect(trips.received(10, over: link, at: .seconds(31)) == true)
    }

    @Test func forgetsALink() {
        var trips = RoundTrips()
        trips.sent(1, over: link, at: .zero)
        #expect(trips.received(1, over: link, at: .seconds(1)) == true)
        trips.forget(link)
        #expect(trips.milliseconds(over: link) == nil)
    }
}

import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// What `peers.list` says of nodes that went back to reference software behind a relay (`design/extensions.md` §7).
@Suite struct UnresponsiveNodesTests {
    private let far = NodeID.filled(9)

    /// A payload waits for a session with a node behind a relay, and no offer is ever answered.
    private func afterTwentySeconds(pin: FeatureSet) throws -> Subject {
        var subject = try Subject(configuration: ControlConfiguration(known: [far: KnownPeer(pin: pin)]))
        var relay = try Remote(0x42)
        try subject.connect(&relay)
        for second in 0..<20 {
            if second % 4 == 0 {
                subject.handle(.directFrame(.first, .routeUpdate, try relay.update([RouteEntry(far, 1)])))
                subject.handle(.directFrame(.first, .heartbeat, relay.heartbeat()))
            }
            subject.handle(.wantsSession(far))
            subject.advance(by: .seconds(1))
        }
        #expect(subject.distances[far] == 2)
        return subject
    }

    @Test func aPinnedNodeThatAnswersNoOfferIsNamed() throws {
        var subject = try afterTwentySeconds(pin: [.sealedLinks, .sessions])
        #expect(subject.plane.unresponsiveNodes == [far])
        subject.handle(.request(.forget(far)))
        #expect(subject.plane.unresponsiveNodes.isEmpty)
    }

    @Test func aNodeThatNeverHadSessionsIsNotMissed() throws {
        #expect(try afterTwentySeconds(pin: []).plane.unresponsiveNodes.isEmpty)
    }
}

import Attacks
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Strangers and neighbours that speak for others (`spec/wire.md` §20.2 to §20.5, `spec/routing.md` §16.6, §16.9).
@Suite struct ImpersonationAttackTests {
    /// The victim is linked on `.second`; the liar, if asked for, on `.first`.
    private func scene(
        linked: Bool = true, known: [NodeID: KnownPeer] = [:]
    ) throws -> (subject: Subject, liar: Remote, victim: Remote) {
        var subject = try Subject(configuration: ControlConfiguration(name: "subject", known: known))
        var (liar, victim) = (try Remote(0x02), try Remote(0x42))
        try subject.connect(&victim, on: .second)
        if linked { try subject.connect(&liar) }
        return (subject, liar, victim)
    }

    @Test func aStrangerDoesNotSpeakForTheNodeItsPreambleNames() throws {
        let outcome = try attack(on: .sessionFirst) {
            var (subject, liar, victim) = try scene(linked: false)
            subject.accept(liar, preamble: victim.node)
            let payload = try liar.control(.pluginPayload(PluginPayload(kind: "messaging.msg", body: [1])))
            return subject.handle(.directFrame(.first, .control, payload)).contains { effect in
                if case .deliver(_, let source, _, _) = effect { source == victim.node } else { false }
            }
        }
        #expect(outcome == .prevented)
    }

    @Test func aStrangerPlantsNoKey() throws {
        let outcome = try attack(on: .sessionFirst) {
            var (subject, liar, victim) = try scene(linked: false)
            subject.accept(liar, preamble: victim.node)
            return subject.handle(.directFrame(.first, .control, try liar.peerInfo())).contains { effect in
                guard case .peerInfo(let source, let key, _, _, _, _) = effect else { return false }
                return source == victim.node && key == liar.identity.x25519PublicKey
            }
        }
        #expect(outcome == .prevented)
    }

    @Test func nobodySaysGoodbyeForAnother() throws {
        let outcome = try attack(on: .ownGoodbye) {
            var (subject, liar, victim) = try scene()
            subject.handle(.directFrame(.first, .control, try liar.control(.goodbye(victim.node, reason: 0))))
            return !subject.plane.isConnected(victim.node)
        }
        #expect(outcome == .prevented)
    }

    /// Nothing to switch off: there is no Goodbye through the mesh.
    @Test func goodbyeFromAfarMeansNothing() throws {
        var (subject, liar, victim) = try scene()
        for node in [victim.node, liar.node, subject.plane.own] {
            subject.handle(.routedControl(source: victim.node, .goodbye(node, reason: 0), via: .first))
        }
        #expect(subject.plane.isConnected(victim.node))
        #expect(subject.plane.isConnected(liar.node))
    }

    @Test func nobodyStatesTheLoadOfAnother() throws {
        let outcome = try attack(on: .ownHeartbeat) {
            var (subject, liar, victim) = try scene()
            subject.handle(.directFrame(.second, .routeUpdate, try victim.update(gateway: true)))
            let heartbeat = liar.heartbeat(from: victim.node, gatewayHops: 0, load: 255)
            subject.handle(.directFrame(.first, .heartbeat, heartbeat))
            return subject.plane.routes.first { $0.destination == victim.node }?.gatewayLoad == 255
        }
        #expect(outcome == .prevented)
    }

    @Test(arguments: [LinkID.first, .second])
    func anUnsignedPeerInfoPlantsNoKeyForANodeThatSigns(link: LinkID) throws {
        let victimNode = try Remote(0x42).node
        let outcome = try attack(on: .verifiedKey) {
            let known = [victimNode: KnownPeer(pin: [], isVerified: true)]
            var (subject, liar, victim) = try scene(known: known)
            let info = PeerInfo(x25519: liar.identity.x25519PublicKey, name: "victim")
            // Through the mesh from the liar, or written into the clear link to the victim.
            let effects =
                link == .first
                ? subject.handle(.routedControl(source: victim.node, .peerInfo(info), via: .first))
                : subject.handle(.directFrame(.second, .control, try liar.peerInfo()))
            return effects.contains { effect in
                guard case .peerInfo(let source, let key, _, _, _, _) = effect else { return false }
                return source == victim.node && key == liar.identity.x25519PublicKey
            }
        }
        #expect(outcome == .prevented)
    }

    @Test func nobodyAnswersThePingOfAnother() {
        let outcome = attack(on: .pongSender) {
            var trips = RoundTrips()
            trips.sent(7, over: .first, at: .seconds(1))
            return trips.received(7, over: .second, at: .seconds(2)) && trips.milliseconds(over: .second) != nil
        }
        #expect(outcome == .prevented)
    }
}

import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// In which form payloads travel to whom: `design/extensions.md` §6.
@Suite struct CarriageTests {
    private let far = NodeID.filled(0xf)

    private func connected(_ configuration: ControlConfiguration) throws -> (Subject, Remote) {
        var subject = try Subject(configuration: configuration)
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 1)])))
        return (subject, remote)
    }

    @Test func twoSecondsOfSilenceShowAReferenceNode() throws {
        var (subject, _) = try connected(ControlConfiguration(name: "subject"))
        #expect(subject.handle(.wantsSession(far)).carriage(to: far) == nil)
        #expect(subject.advance(by: .seconds(1.9)).carriage(to: far) == nil)
        #expect(subject.advance(by: .seconds(0.2)).carriage(to: far) == .reference)
    }

    @Test func anUnsignedPeerInfoShowsAReferenceNodeAtOnce() throws {
        var (subject, _) = try connected(ControlConfiguration(name: "subject"))
        subject.handle(.wantsSession(far))
        let info = PeerInfo(x25519: try Identity.filled(0x33).x25519PublicKey, name: "old")
        let effects = subject.handle(.routedControl(source: far, .peerInfo(info), via: .first))
        #expect(effects.carriage(to: far) == .reference)
    }

    @Test func neitherTalksAPinnedNodeDown() throws {
        var (subject, remote) = try connected(
            ControlConfiguration(name: "subject", known: [far: KnownPeer(pin: [.sessions])]))
        subject.handle(.wantsSession(far))
        let info = PeerInfo(x25519: try Identity.filled(0x33).x25519PublicKey, name: "old")
        var effects = subject.handle(.routedControl(source: far, .peerInfo(info), via: .first))
        #expect(effects.counted == [.unsignedIgnored])
        for _ in 0..<12 {
            effects += subject.advance(by: .seconds(5))
            subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
            effects += subject.handle(.wantsSession(far))
        }
        #expect(effects.carriage(to: far) == nil)
        #expect(subject.plane.refusesReferenceForms(of: far))
    }

    @Test func nothingTakesAReferenceFormWhereTheyAreRefused() throws {
        let pinned = ControlConfiguration(name: "subject", referencePeers: .refuse)
        var subject = try Subject(configuration: pinned)
        var remote = try Remote(0x02, features: [.sealedLinks, .sessions])
        try subject.connect(&remote)
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 1)])))
        var effects = subject.handle(.wantsSession(far))
        effects += subject.advance(by: .seconds(5))
        #expect(effects.carriage(to: far) == nil)
    }

    @Test func aNodeThatSignsIsNoReferenceNodeAnyMore() throws {
        var (subject, remote) = try connected(ControlConfiguration(name: "subject"))
        let other = try Remote(0x42, features: [.sessions])
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(other.node, 1)])))
        subject.handle(.wantsSession(other.node))
        #expect(subject.advance(by: .seconds(3)).carriage(to: other.node) == .reference)
        let info = try other.signedPeerInfo(for: subject.plane.own)
        let effects = subject.handle(.routedControl(source: other.node, .peerInfo(info), via: .first))
        #expect(effects.carriage(to: other.node) == .awaitingSession)
        // Features that are not fresh pin nothing.
        #expect(effects.pins.isEmpty)
        #expect(!subject.plane.refusesReferenceForms(of: other.node))
    }

    @Test func onceVerifiedUnsignedPeerInfoIsIgnored() throws {
        var (subject, remote) = try connected(
            ControlConfiguration(name: "subject", known: [far: KnownPeer(isVerified: true)]))
        let info = PeerInfo(x25519: try Identity.filled(0x33).x25519PublicKey, name: "old")
        #expect(
            subject.handle(.routedControl(source: far, .peerInfo(info), via: .first)).counted == [.unsignedIgnored])
        _ = remote
    }
}

import Attacks
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Connections that lie about who they are from, and recorded handshakes (`spec/wire.md` §20.4, `spec/crypto.md` §12.6,
/// §12.8, §12.9; `design/extensions.md` §7).
@Suite struct HandshakeAttackTests {
    @Test func aConnectionDoesNotClaimAnothersName() throws {
        let outcome = try attack(on: .provenPreamble) {
            var subject = try Subject()
            var liar = try Remote(0x02)
            subject.accept(liar, preamble: try Remote(0x42).node)
            return try !subject.handshake(from: &liar).installs.isEmpty
        }
        #expect(outcome == .prevented)
    }

    @Test func aRenewalDoesNotPutAnotherNodeOnTheLink() throws {
        let outcome = try attack(on: .provenPreamble) {
            var subject = try Subject()
            var (peer, liar) = (try Remote(0x42), try Remote(0x02))
            try subject.connect(&peer)
            return try !subject.handshake(from: &liar).installs.isEmpty
        }
        #expect(outcome == .prevented)
    }

    @Test func aRecordedInitGetsNoAnswer() throws {
        let outcome = try attack(on: .handshakeReplay) {
            var subject = try Subject()
            var peer = try Remote(0x42)
            subject.accept(peer)
            let recorded = try peer.initiate()
            subject.handle(.handshake(.first, recorded))
            subject.accept(peer, on: .second)
            return !subject.handle(.handshake(.second, recorded)).handshakes(on: .second).isEmpty
        }
        #expect(outcome == .prevented)
    }

    @Test func ourOwnInitGetsNoAnswer() throws {
        let outcome = try attack(on: .handshakeReflection) {
            var subject = try Subject(configuration: ControlConfiguration(targets: [DialTarget(address: "a")]))
            guard let own = subject.dialThrough().handshakes().first else { return false }
            subject.accept(try Remote(0x02), on: .second, preamble: subject.plane.own)
            return !subject.handle(.handshake(.second, own)).handshakes(on: .second).isEmpty
        }
        #expect(outcome == .prevented)
    }

    /// Somebody on the path answers a renewal of ours with a recorded Response of the peer, before the peer does.
    @Test func aRecordedResponseDoesNotTakeThePlaceOfTheRealOne() throws {
        let outcome = try attack(on: .renewalProof) {
            var subject = try Subject(configuration: ControlConfiguration(targets: [DialTarget(address: "a")]))
            var peer = try Remote(0x42, features: [.sealedLinks, .sessions])
            try subject.dial(&peer)
            subject.handle(.dataOpened(.first))
            guard case .initiate(let hello)? = subject.handle(.linkUsed(.first, frames: 1 << 31)).handshakes().first
            else { return false }
            subject.handle(.handshake(.first, try peer.respond(to: hello)))
            let real = subject.handle(.handshake(.first, try peer.respond(to: hello)))
            return real.handshakes().isEmpty
        }
        #expect(outcome == .prevented)
    }

    /// Whoever answers our dial with a recorded Response of a peer has no key and is nobody.
    @Test func aRecordedResponseConnectsNobody() throws {
        let outcome = try attack(on: .keyConfirmation) {
            var subject = try Subject(configuration: ControlConfiguration(targets: [DialTarget(address: "a")]))
            var peer = try Remote(0x42)
            try subject.dial(&peer)
            return subject.plane.isConnected(peer.node)
        }
        #expect(outcome == .prevented)
    }

    /// A Response from before the peer sealed its links, played to talk us into clear frames.
    @Test func aRecordedResponseOpensNoClearLink() throws {
        let outcome = try attack(on: .downgradeGuard) {
            var peer = try Remote(0x42)
            var subject = try Subject(
                configuration: ControlConfiguration(
                    targets: [DialTarget(address: "a")],
                    known: [peer.node: KnownPeer(pin: [.sealedLinks, .sessions], isVerified: true)]))
            try subject.dial(&peer)
            let payload = try peer.control(.pluginPayload(PluginPayload(kind: "k", body: [1])))
            return subject.handle(.directFrame(.first, .control, payload)).contains {
                if case .deliver = $0 { true } else { false }
            }
        }
        #expect(outcome == .prevented)
    }
}

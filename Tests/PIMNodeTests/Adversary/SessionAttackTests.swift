import Attacks
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Relays at the agreement of two nodes on a session, and at what travels under it (`design/extensions.md` §4 to §6).
@Suite struct SessionAttackTests {
    private static let features: FeatureSet = [.sealedLinks, .sessions]

    /// The relay is linked on `.first`, the other node on `.second`.
    private func scene() throws -> (subject: Subject, relay: Remote, other: Remote) {
        var subject = try Subject()
        var (relay, other) = (try Remote(0x02), try Remote(0x42))
        try subject.connect(&relay)
        try subject.connect(&other, on: .second)
        return (subject, relay, other)
    }

    private func signed(
        _ exchange: PeerInfoTrailer.Exchange, by remote: Remote, for subject: Subject
    ) throws -> ControlFrame {
        let info = PeerInfo(x25519: remote.identity.x25519PublicKey, name: "other")
        return .peerInfo(
            try info.signed(
                by: remote.identity, for: subject.plane.own, features: Self.features, exchange: exchange))
    }

    private func established(_ effects: [ControlEffect]) -> Bool {
        effects.contains { if case .session(.establish) = $0 { true } else { false } }
    }

    private func added(_ effects: [ControlEffect]) -> Bool {
        effects.contains { if case .session(.add) = $0 { true } else { false } }
    }

    @Test func aRecordedOfferMakesNoSecondSession() throws {
        let outcome = try attack(on: .offerReplay) {
            var (subject, _, other) = try scene()
            let offer = try signed(.offer(try ephemeral(1).publicKey), by: other, for: subject)
            guard added(subject.handle(.routedControl(source: other.node, offer, via: .first))) else { return false }
            // Long enough for the unconfirmed session to be gone, not so long that the links are.
            subject.advance(by: .seconds(11))
            return added(subject.handle(.routedControl(source: other.node, offer, via: .first)))
        }
        #expect(outcome == .prevented)
    }

    @Test func aRecordedAnswerEstablishesNothing() throws {
        let outcome = try attack(on: .answerMatch) {
            var (subject, _, other) = try scene()
            subject.handle(.wantsSession(other.node))
            let recorded = PeerInfoTrailer.Exchange.answer(
                responder: try ephemeral(2).publicKey, initiator: try ephemeral(3).publicKey)
            let answer = try signed(recorded, by: other, for: subject)
            return established(subject.handle(.routedControl(source: other.node, answer, via: .first)))
        }
        #expect(outcome == .prevented)
    }

    /// The relay takes the offer it carries and answers it itself, in the other node's name.
    @Test(arguments: [SafetyRule.originKey, .originSignature])
    func aRelayDoesNotAnswerForTheOtherNode(rule: SafetyRule) throws {
        func attempt() throws -> Bool {
            var (subject, relay, other) = try scene()
            guard let offer = offer(in: subject.handle(.wantsSession(other.node))) else { return false }
            let exchange = PeerInfoTrailer.Exchange.answer(
                responder: try ephemeral(4).publicKey, initiator: offer)
            let info = PeerInfo(x25519: relay.identity.x25519PublicKey, name: "other")
            // With its own key and a right signature, or with the other node's key and a wrong one.
            let key = rule == .originKey ? relay.identity.publicKey : other.identity.publicKey
            let frame = PeerInfoTrailer.unsigned(
                info, features: Self.features, exchange: exchange, publicKey: key)
            let signedBytes =
                Array("pim-origin-v1".utf8) + other.node.bytes + subject.plane.own.bytes + frame
            let forged = try PeerInfoTrailer.peerInfo(
                frameBeforeSignature: frame, signature: relay.identity.sign(signedBytes))
            return established(subject.handle(.routedControl(source: other.node, .peerInfo(forged), via: .first)))
        }
        #expect(try attack(on: rule, attempt) == .prevented)
    }

    /// The relay drops the offers, so that the other node seems to be a reference node.
    @Test func silenceAndForgedFramesTalkNobodyDown() throws {
        let node = try Remote(0x42).node
        let outcome = try attack(on: .pinnedForms) {
            let known = [node: KnownPeer(pin: Self.features, isVerified: true)]
            var subject = try Subject(configuration: ControlConfiguration(known: known))
            var relay = try Remote(0x02)
            try subject.connect(&relay)
            subject.handle(.directFrame(.first, .routeUpdate, try relay.update([RouteEntry(node, 1)])))
            var effects = subject.handle(.wantsSession(node))
            effects += subject.advance(by: .seconds(4))
            return effects.contains { if case .session(.carry(_, .reference)) = $0 { true } else { false } }
                || !subject.plane.refusesReferenceForms(of: node)
        }
        #expect(outcome == .prevented)
    }

    @Test func aSealedFrameIsNotFromWhoeverSendsItOn() throws {
        let (anna, relay) = (NodeID.filled(1), NodeID.filled(2))
        let outcome = try attack(on: .sealedSource) {
            let (offer, answer) = (try ephemeral(5), try ephemeral(6))
            let sender = EndToEndSession(
                keys: try EndToEndKeys(offering: offer, answer: answer.publicKey, own: anna, peer: .filled(3)),
                peer: .filled(3))
            var receiver = SealedTraffic()
            _ = receiver.apply(
                .add(
                    try EndToEndKeys(answering: answer, offer: offer.publicKey, own: .filled(3), peer: anna), peer: anna
                ))
            var frame = [UInt8](repeating: 0, count: 17) + [1, 0x6b, 9] + [UInt8](repeating: 0, count: 16)
            return try frame.withUnsafeMutableBytes { bytes in
                try sender.seal(bytes, as: .payload)
                let opening = receiver.open(bytes, from: relay, via: .first, at: .zero)
                guard case .payload(let payload) = opening else { return false }
                return payload.body == [9]
            }
        }
        #expect(outcome == .prevented)
    }

    private func ephemeral(_ byte: UInt8) throws -> Ephemeral {
        try Ephemeral(secret: [UInt8](repeating: byte, count: 32))
    }

    private func offer(in effects: [ControlEffect]) -> [UInt8]? {
        for frame in effects.meshFrames(on: .second) {
            guard case .peerInfo(let info)? = try? ControlFrame.decode(frame.payload),
                case .offer(let key)? = info.trailer?.exchange
            else { continue }
            return key
        }
        return nil
    }
}

import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Sessions by offer and answer: `design/extensions.md` §4.
@Suite struct OfferTests {
    /// A subject, its reference-like neighbour that leads to `far`, and far, which has sessions.
    struct Meeting {
        var subject: Subject
        var neighbour: Remote
        var far: Remote

        init(_ configuration: ControlConfiguration = ControlConfiguration(name: "subject")) throws {
            subject = try Subject(configuration: configuration)
            neighbour = try Remote(0x02)
            far = try Remote(0x42, features: [.sealedLinks, .sessions])
            try subject.connect(&neighbour)
            try announce(far.node)
        }

        mutating func announce(_ nodes: NodeID...) throws {
            let entries = nodes.map { RouteEntry($0, 1) }
            subject.handle(.directFrame(.first, .routeUpdate, try neighbour.update(entries)))
        }

        /// Lets seconds pass on a link that lives, with routes that are repeated.
        mutating func pass(_ seconds: Int) throws -> [ControlEffect] {
            var effects: [ControlEffect] = []
            for second in 0..<seconds {
                effects += subject.advance(by: .seconds(1))
                effects += subject.handle(.directFrame(.first, .heartbeat, neighbour.heartbeat()))
                if second.isMultiple(of: 5) { try announce(far.node) }
            }
            return effects
        }

        mutating func receive(_ info: PeerInfo, from source: NodeID? = nil) -> [ControlEffect] {
            subject.handle(.routedControl(source: source ?? far.node, .peerInfo(info), via: .first))
        }

        /// Has the subject make an offer to the far node and returns its key.
        mutating func offer() throws -> [UInt8] {
            let effects = subject.handle(.wantsSession(far.node))
            let info = try #require(effects.routedInfos(to: far.node).last)
            guard case .offer(let key)? = info.trailer?.exchange else { throw CryptoError(.invalidState, "no offer") }
            return key
        }

        /// Has the far node answer an offer of the subject.
        mutating func establish() throws -> SessionID {
            let offer = try offer()
            let answer = try far.signedPeerInfo(
                for: subject.plane.own, .answer(responder: try far.ephemeral().publicKey, initiator: offer))
            return try #require(receive(answer).established.first)
        }
    }

    @Test func anOfferIsSentFourTimesTheSameAndGivenUpAfterFifteenSeconds() throws {
        var meeting = try Meeting()
        var effects = meeting.subject.handle(.wantsSession(meeting.far.node))
        var sent: [[UInt8]] = effects.meshFrames().filter { $0.destination == meeting.far.node }.map(\.payload)
        effects = try meeting.pass(14)
        sent += effects.meshFrames().filter { $0.destination == meeting.far.node }.map(\.payload)
        #expect(sent.count == 4)
        #expect(Set(sent).count == 1)
        #expect(try meeting.pass(1).counted.contains(.offerGivenUp))
    }

    @Test func theNextOfferComesAMinuteLaterAndOnlyWhileSomethingWaits() throws {
        var meeting = try Meeting()
        _ = try meeting.offer()
        _ = try meeting.pass(16)
        #expect(meeting.subject.handle(.wantsSession(meeting.far.node)).routedInfos(to: meeting.far.node).isEmpty)
        #expect(try meeting.pass(60).routedInfos(to: meeting.far.node).isEmpty)
        #expect(meeting.subject.handle(.wantsSession(meeting.far.node)).routedInfos(to: meeting.far.node).count == 1)
    }

    @Test func anAnswerMakesTheSessionAndPinsTheFeatures() throws {
        var meeting = try Meeting()
        let offer = try meeting.offer()
        let ephemeral = try meeting.far.ephemeral()
        let answer = try meeting.far.signedPeerInfo(
            for: meeting.subject.plane.own, .answer(responder: ephemeral.publicKey, initiator: offer))
        let effects = meeting.receive(answer)
        let theirs = try EndToEndKeys(
            answering: ephemeral, offer: offer, own: meeting.far.node, peer: meeting.subject.plane.own)
        #expect(effects.established == [theirs.id])
        #expect(effects.pins.last == [.sealedLinks, .sessions])
        // The same answer once more answers nothing.
        #expect(meeting.receive(answer).counted == [.answerUnexpected])
    }

    @Test func anAnswerOfAnotherNodeOrToAnotherOfferIsNothing() throws {
        var meeting = try Meeting()
        let offer = try meeting.offer()
        var other = try Remote(0xab, features: [.sessions])
        try meeting.announce(meeting.far.node, other.node)
        let own = meeting.subject.plane.own
        let foreign = try other.signedPeerInfo(
            for: own, .answer(responder: try other.ephemeral().publicKey, initiator: offer))
        #expect(meeting.receive(foreign, from: other.node).counted == [.answerUnexpected])
        // In the name of the node the offer went to, under the other's key.
        #expect(meeting.receive(foreign).counted == [.originInvalid])
        let stale = try meeting.far.signedPeerInfo(
            for: own,
            .answer(responder: try meeting.far.ephemeral().publicKey, initiator: try other.ephemeral().publicKey))
        #expect(meeting.receive(stale).counted == [.answerUnexpected])
        #expect(meeting.subject.plane.sessions.count == 0)
    }

    @Test func eightAnswersAreCheckedForOneOffer() throws {
        var meeting = try Meeting()
        let offer = try meeting.offer()
        var other = try Remote(0xab, features: [.sessions])
        let forged = try other.signedPeerInfo(
            for: meeting.subject.plane.own, .answer(responder: try other.ephemeral().publicKey, initiator: offer))
        for _ in 0..<8 { #expect(meeting.receive(forged).counted == [.originInvalid]) }
        #expect(meeting.receive(forged).counted == [.answerUnexpected])
    }

    @Test func anOfferIsAnsweredTheSameForTenSecondsAndThenNeverAgain() throws {
        var meeting = try Meeting()
        let ephemeral = try meeting.far.ephemeral()
        let offer = try meeting.far.signedPeerInfo(for: meeting.subject.plane.own, .offer(ephemeral.publicKey))
        let first = meeting.receive(offer).meshFrames().map(\.payload)
        let second = meeting.receive(offer).meshFrames().map(\.payload)
        #expect(first.count == 1)
        #expect(first == second)
        meeting.subject.advance(by: .seconds(11))
        try meeting.announce(meeting.far.node)
        let late = meeting.receive(offer)
        #expect(late.meshFrames().isEmpty)
        #expect(late.counted.contains(.offerReplayed))
    }

    @Test func theFirstFrameThatOpensEstablishesAndPins() throws {
        var meeting = try Meeting()
        let ephemeral = try meeting.far.ephemeral()
        let offer = try meeting.far.signedPeerInfo(for: meeting.subject.plane.own, .offer(ephemeral.publicKey))
        let effects = meeting.receive(offer)
        let keys = try #require(effects.addedKeys.first)
        #expect(effects.established.isEmpty)
        #expect(effects.pins.isEmpty)
        let opened = meeting.subject.handle(.sessionOpened(keys.id))
        #expect(opened.established == [keys.id])
        #expect(opened.pins == [[.sealedLinks, .sessions]])
        guard case .answer(let responder, _)? = effects.routedInfos(to: meeting.far.node).first?.trailer?.exchange
        else {
            Issue.record("no answer")
            return
        }
        let theirs = try EndToEndKeys(
            offering: ephemeral, answer: responder, own: meeting.far.node, peer: meeting.subject.plane.own)
        #expect(theirs.id == keys.id)
    }

    @Test func offersOfNodesWithoutARouteAreNotAnswered() throws {
        var meeting = try Meeting()
        var other = try Remote(0xab, features: [.sessions])
        let offer = try other.signedPeerInfo(
            for: meeting.subject.plane.own, .offer(try other.ephemeral().publicKey))
        let effects = meeting.receive(offer, from: other.node)
        #expect(effects.counted == [.peerInfoWithoutRoute])
        // It was early by a moment: the route brings the answer.
        let update = try meeting.neighbour.update([RouteEntry(meeting.far.node, 1), RouteEntry(other.node, 1)])
        let later = meeting.subject.handle(.directFrame(.first, .routeUpdate, update))
        #expect(later.addedKeys.count == 1)
    }

    @Test func twoOffersASecondAtMostAreAnsweredForOneSource() throws {
        var meeting = try Meeting()
        var answers = 0
        for _ in 0..<5 {
            let offer = try meeting.far.signedPeerInfo(
                for: meeting.subject.plane.own, .offer(try meeting.far.ephemeral().publicKey))
            answers += meeting.receive(offer).addedKeys.count
        }
        #expect(answers == 2)
    }

    @Test func unconfirmedSessionsAreFourPerNode() throws {
        var meeting = try Meeting()
        var added: [SessionID] = []
        var removed: [SessionID] = []
        for _ in 0..<6 {
            let offer = try meeting.far.signedPeerInfo(
                for: meeting.subject.plane.own, .offer(try meeting.far.ephemeral().publicKey))
            let effects = meeting.receive(offer) + meeting.subject.advance(by: .seconds(1))
            added += effects.addedKeys.map(\.id)
            removed += effects.removedSessions
        }
        #expect(added.count == 6)
        #expect(removed == Array(added.prefix(2)))
    }

    @Test func bothOffersAreAnsweredWhenTwoNodesOfferAtOnce() throws {
        var meeting = try Meeting()
        let own = try meeting.offer()
        let theirs = try meeting.far.ephemeral()
        let offered = meeting.receive(
            try meeting.far.signedPeerInfo(for: meeting.subject.plane.own, .offer(theirs.publicKey)))
        let answered = meeting.receive(
            try meeting.far.signedPeerInfo(
                for: meeting.subject.plane.own,
                .answer(responder: try meeting.far.ephemeral().publicKey, initiator: own)))
        let unconfirmed = try #require(offered.addedKeys.first)
        #expect(answered.established.count == 1)
        #expect(meeting.subject.handle(.sessionOpened(unconfirmed.id)).established == [unconfirmed.id])
        #expect(meeting.subject.plane.sessions.count == 2)
    }

    @Test func anUnknownSessionBringsAnOfferUnlessAFrameOpenedJustNow() throws {
        var meeting = try Meeting()
        let effects = meeting.subject.handle(.unknownSession(source: meeting.far.node, via: .first))
        #expect(effects.counted == [.offerMade])
        // One is outstanding.
        #expect(meeting.subject.handle(.unknownSession(source: meeting.far.node, via: .first)).isEmpty)
        var other = try Meeting()
        let offer = try other.far.signedPeerInfo(
            for: other.subject.plane.own, .offer(try other.far.ephemeral().publicKey))
        let id = try #require(other.receive(offer).addedKeys.first?.id)
        other.subject.handle(.sessionOpened(id))
        #expect(other.subject.handle(.unknownSession(source: other.far.node, via: .first)).isEmpty)
        other.subject.advance(by: .seconds(4))
        #expect(
            other.subject.handle(.unknownSession(source: other.far.node, via: .first)).counted == [.offerMade])
    }

    @Test func whoSendsRenewsAfterAnHour() throws {
        var meeting = try Meeting()
        let id = try meeting.establish()
        #expect(meeting.subject.handle(.sessionSealed(id, frames: 1)).isEmpty)
        #expect(
            meeting.subject.handle(.sessionSealed(id, frames: SessionRules.renewalFrames)).counted == [.offerMade])
    }

    /// The subject's pace of deadlines would give it away if a renewal that nobody answers were never attended to.
    @Test func aRenewalNobodyAnswersIsRepeatedWhileThereIsTrafficAndThenLeftAlone() throws {
        var meeting = try Meeting()
        let id = try meeting.establish()
        let frames = SessionRules.renewalFrames
        var effects: [ControlEffect] = []
        for _ in 0..<60 {
            effects += meeting.subject.handle(.sessionSealed(id, frames: frames))
            effects += try meeting.pass(1)
        }
        effects += try meeting.pass(60)
        #expect(effects.counted.count { $0 == .offerMade } > 1)
        #expect(try meeting.pass(30).counted.allSatisfy { $0 != .offerMade })
    }

    @Test func aSessionEndsAfterThreeHours() throws {
        var meeting = try Meeting()
        let id = try meeting.establish()
        meeting.subject.now.monotonic = meeting.subject.now.monotonic.advanced(by: SessionRules.lifetime)
        #expect(meeting.subject.handle(.tick).removedSessions == [id])
        #expect(meeting.subject.plane.sessions.count == 0)
    }

    @Test func forgettingANodeEndsItsSessionsAndItsPin() throws {
        var meeting = try Meeting()
        let id = try meeting.establish()
        #expect(meeting.subject.plane.refusesReferenceForms(of: meeting.far.node))
        let effects = meeting.subject.handle(.request(.forget(meeting.far.node)))
        #expect(effects.removedSessions == [id])
        #expect(!meeting.subject.plane.refusesReferenceForms(of: meeting.far.node))
    }
}

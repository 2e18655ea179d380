import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// The data plane's half of sessions: `design/extensions.md` §5, §6.
@Suite struct SealedTrafficTests {
    private static let alice = NodeID.filled(1)
    private static let bob = NodeID.filled(2)
    private let link = LinkID.first

    /// Both ends of one session.
    private struct Pair {
        var alice = SealedTraffic()
        var bob = SealedTraffic()
        var id = SessionID(rawValue: 0)

        init() throws {
            var random = SplitMix64(seed: 7)
            let (offer, answer) = try (Ephemeral(using: &random), Ephemeral(using: &random))
            let ours = try EndToEndKeys(
                offering: offer, answer: answer.publicKey, own: SealedTrafficTests.alice, peer: SealedTrafficTests.bob)
            let theirs = try EndToEndKeys(
                answering: answer, offer: offer.publicKey, own: SealedTrafficTests.bob, peer: SealedTrafficTests.alice)
            id = ours.id
            _ = alice.apply(.add(ours, peer: SealedTrafficTests.bob))
            _ = bob.apply(.add(theirs, peer: SealedTrafficTests.alice))
        }
    }

    private func payload(_ text: String, demandsSealing: Bool = false) -> OutgoingPayload {
        OutgoingPayload(
            destination: Self.bob, payload: PluginPayload(kind: "test", body: Array(text.utf8)),
            demandsSealing: demandsSealing)
    }

    private func sealed(_ text: String, by traffic: inout SealedTraffic) throws -> [UInt8] {
        guard case .frame(let bytes, isSealed: true) = traffic.form(of: payload(text), at: .zero).form else {
            throw CryptoError(.invalidState, "not sealed")
        }
        return bytes
    }

    private func open(
        _ bytes: [UInt8], by traffic: inout SealedTraffic, from source: NodeID = alice
    ) -> SealedTraffic.Opening {
        var bytes = bytes
        return bytes.withUnsafeMutableBytes { traffic.open($0, from: source, via: link, at: .zero) }
    }

    private func body(_ opening: SealedTraffic.Opening) -> String? {
        guard case .payload(let payload) = opening else { return nil }
        return String(decoding: payload.body, as: UTF8.self)
    }

    private func counter(_ opening: SealedTraffic.Opening) -> MeshCounter? {
        if case .dropped(let counter) = opening { counter } else { nil }
    }

    @Test func payloadsWaitForTheSessionAndLeaveInOrder() throws {
        var pair = try Pair()
        for text in ["a", "b"] {
            guard case .waits = pair.alice.form(of: payload(text), at: .zero).form else {
                Issue.record("did not wait")
                return
            }
        }
        let reports = pair.alice.takeReports()
        #expect(reports.count == 1)
        guard case .wantsSession(Self.bob)? = reports.first else {
            Issue.record("\(reports)")
            return
        }
        let (released, confirmation) = pair.alice.apply(.establish(pair.id, peer: Self.bob, isInitiator: true))
        #expect(released.map { String(decoding: $0.payload.body, as: UTF8.self) } == ["a", "b"])
        #expect(confirmation == nil)
        let frame = try sealed("a", by: &pair.alice)
        #expect(body(open(frame, by: &pair.bob)) == "a")
    }

    @Test func otherWaysBringTheWishForASessionAgain() {
        var traffic = SealedTraffic()
        _ = traffic.form(of: payload("x"), at: .zero)
        #expect(traffic.takeReports().count == 1)
        traffic.waysChanged()
        guard case .wantsSession(Self.bob)? = traffic.takeReports().first else {
            Issue.record("nothing was asked for")
            return
        }
        _ = traffic.apply(.carry(Self.bob, .reference))
        traffic.waysChanged()
        #expect(traffic.takeReports().isEmpty)
    }

    @Test func withNothingToSendTheInitiatorConfirms() throws {
        var pair = try Pair()
        let (_, confirmation) = pair.alice.apply(.establish(pair.id, peer: Self.bob, isInitiator: true))
        let frame = try #require(confirmation)
        #expect(frame.count == WireLimits.sealedOverhead)
        guard case .confirmation = open(frame, by: &pair.bob) else {
            Issue.record("no confirmation")
            return
        }
        guard case .sessionOpened(pair.id)? = pair.bob.takeReports().first else {
            Issue.record("not reported")
            return
        }
        #expect(pair.bob.apply(.establish(pair.id, peer: Self.alice, isInitiator: false)).confirmation == nil)
    }

    @Test func aFrameOpensOnceFromItsSenderAndUnaltered() throws {
        var pair = try Pair()
        _ = pair.alice.apply(.establish(pair.id, peer: Self.bob, isInitiator: true))
        let frame = try sealed("x", by: &pair.alice)
        #expect(counter(open(frame, by: &pair.bob, from: .filled(9))) == .sealedForeignSource)
        for index in frame.indices {
            var altered = frame
            altered[index] ^= 1
            #expect(counter(open(altered, by: &pair.bob)) != nil)
        }
        #expect(counter(open(Array(frame.dropLast()), by: &pair.bob)) != nil)
        #expect(body(open(frame, by: &pair.bob)) == "x")
        #expect(counter(open(frame, by: &pair.bob)) == .sealedReplayed)
    }

    @Test func whatThisNodeSealedDoesNotOpenHere() throws {
        var pair = try Pair()
        _ = pair.alice.apply(.establish(pair.id, peer: Self.bob, isInitiator: true))
        let frame = try sealed("x", by: &pair.alice)
        #expect(counter(open(frame, by: &pair.alice, from: Self.bob)) == .sealedUndecryptable)
    }

    @Test func anUnknownSessionIsReported() throws {
        var pair = try Pair()
        _ = pair.alice.apply(.establish(pair.id, peer: Self.bob, isInitiator: true))
        let frame = try sealed("x", by: &pair.alice)
        _ = pair.bob.apply(.remove(pair.id))
        #expect(counter(open(frame, by: &pair.bob)) == .sealedUnknownSession)
        guard case .unknownSession(source: Self.alice, via: link)? = pair.bob.takeReports().first else {
            Issue.record("not reported")
            return
        }
    }

    @Test func referenceFormsGoToReferenceNodesOnlyAndNeverAgainstADemand() throws {
        var traffic = SealedTraffic()
        _ = traffic.apply(.carry(Self.bob, .reference))
        guard case .frame(let frame, isSealed: false) = traffic.form(of: payload("x"), at: .zero).form else {
            Issue.record("no reference form")
            return
        }
        #expect(try ControlFrame.decode(frame) == .pluginPayload(payload("x").payload))
        guard case .waits = traffic.form(of: payload("x", demandsSealing: true), at: .zero).form else {
            Issue.record("a demand was ignored")
            return
        }
    }

    @Test func whatWaitsIsBoundedPerNodeAndInAllAndByTime() {
        var waiting = WaitingPayloads()
        func payload(to node: NodeID, _ number: UInt8) -> OutgoingPayload {
            OutgoingPayload(
                destination: node,
                payload: PluginPayload(kind: "t", body: [number] + [UInt8](repeating: 0, count: 60_000)))
        }
        var dropped = 0
        for number in 0..<UInt8(6) { dropped += waiting.append(payload(to: Self.bob, number), at: .zero).count }
        #expect(dropped == 2)
        #expect(waiting.take(for: Self.bob).map(\.payload.body.first) == [2, 3, 4, 5])
        #expect(waiting.bytes == 0)
        for node in 0..<UInt64(100) {
            for number in 0..<UInt8(4) {
                _ = waiting.append(payload(to: NodeID(high: 1, low: node), number), at: .seconds(Double(node)))
            }
        }
        #expect(waiting.bytes <= WaitingPayloads.bytesInAll)
        // The oldest went first.
        #expect(waiting.isEmpty(for: NodeID(high: 1, low: 0)))
        #expect(!waiting.isEmpty(for: NodeID(high: 1, low: 99)))
        #expect(waiting.expire(at: .seconds(108.9)).count < 400)
        #expect(waiting.expire(at: .seconds(109)).count == 4)
        #expect(waiting.bytes == 0)
        #expect(waiting.nextDeadline == nil)
    }
}

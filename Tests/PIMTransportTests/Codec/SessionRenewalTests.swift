import NIOCore
import PIMCore
import PIMCrypto
import PIMTransport
import PIMWire
import Testing

/// A session is replaced on a live link (`spec/crypto.md` §6.6, §12.2): nothing is lost on the way.
@Suite struct SessionRenewalTests {
    @Test func framesUnderWayDuringTheSwitchStillOpen() throws {
        var pair = try CodecPair()
        let early = try sealedByAlice(1, in: &pair)
        #expect(try pair.bobReceives(early).map(\.counter) == [nil])
        let underWay = try sealedByAlice(2, in: &pair)
        try pair.installBob(key: 2, round: 1)
        #expect(try pair.bobReceives(underWay).map(\.counter) == [nil])
        try pair.installAlice(key: 2, round: 1)
        #expect(try pair.bobReceives(sealedByAlice(3, in: &pair)).map(\.counter) == [nil])
    }

    @Test func oldSessionThatNeverReceivedStillOpensAfterTheSwitch() throws {
        var pair = try CodecPair()
        let underWay = try sealedByAlice(1, in: &pair)
        let more = try sealedByAlice(2, in: &pair)
        try pair.installBob(key: 2, round: 1)
        #expect(try pair.bobReceives(underWay).map(\.counter) == [nil])
        #expect(try pair.bobReceives(more).map(\.counter) == [nil])
        #expect(pair.bob.hasPreviousSession)
    }

    @Test func firstFrameUnderTheNewSessionEndsTheOldOne() throws {
        var pair = try CodecPair()
        _ = try sealedByAlice(0, in: &pair)
        let late = try sealedByAlice(1, in: &pair)
        try pair.install(key: 2, round: 1)
        #expect(pair.bob.hasPreviousSession)
        #expect(try pair.bobReceives(sealedByAlice(2, in: &pair)).map(\.counter) == [nil])
        #expect(!pair.bob.hasPreviousSession)
        #expect(try pair.bobReceives(late).map(\.counter) == [.undecryptable])
    }

    @Test func droppedPreviousSessionOpensNothing() throws {
        var pair = try CodecPair()
        let late = try sealedByAlice(1, in: &pair)
        try pair.install(key: 2, round: 1)
        pair.bob.dropPreviousSession()
        #expect(try pair.bobReceives(late).map(\.counter) == [.undecryptable])
        #expect(try pair.bobReceives(sealedByAlice(2, in: &pair)).map(\.counter) == [nil])
    }

    @Test func replacementWithoutKeepingOpensOnlyTheNew() throws {
        var pair = try CodecPair()
        let late = try sealedByAlice(1, in: &pair)
        try pair.bob.installSession(Fixtures.key(2), noncePrefix: 5, keepingPrevious: false)
        #expect(!pair.bob.hasPreviousSession)
        #expect(try pair.bobReceives(late).map(\.counter) == [.undecryptable])
    }

    @Test func garbageDuringTheSwitchEndsNeitherSession() throws {
        var pair = try CodecPair()
        let underWay = try sealedByAlice(1, in: &pair)
        try pair.install(key: 2, round: 1)
        var garbage = Array(underWay.readableBytesView)
        garbage[30] ^= 0xff
        #expect(try pair.bobReceives(garbage).map(\.counter) == [.undecryptable])
        #expect(try pair.bobReceives(underWay).map(\.counter) == [nil])
        #expect(try pair.bobReceives(sealedByAlice(2, in: &pair)).map(\.counter) == [nil])
    }

    @Test func reflectionOfEitherSessionIsRefused() throws {
        var pair = try CodecPair()
        #expect(pair.bob.enqueue(Fixtures.mesh([1]), lane: .data) == .queued)
        let old = try CodecPair.takeAll(&pair.bob)
        try pair.installBob(key: 2, round: 1)
        #expect(pair.bob.enqueue(Fixtures.mesh([1]), lane: .data) == .queued)
        let new = try CodecPair.takeAll(&pair.bob)
        #expect(try pair.bobReceives(old).map(\.counter) == [.reflected])
        #expect(try pair.bobReceives(new).map(\.counter) == [.reflected])
    }

    @Test func replayUnderTheOldSessionIsRefusedDuringTheSwitch() throws {
        var pair = try CodecPair()
        let first = try sealedByAlice(1, in: &pair)
        #expect(try pair.bobReceives(first).map(\.counter) == [nil])
        try pair.installBob(key: 2, round: 1)
        #expect(try pair.bobReceives(first).map(\.counter) == [.replayed])
    }

    @Test func controlLaneKeepsItsSessionAndPrecedesTheHandshakeMessage() throws {
        var pair = try CodecPair()
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(1)), lane: .control) == .queued)
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(2)), lane: .data) == .queued)
        try pair.installAlice(key: 2, round: 1)
        #expect(pair.alice.enqueue(Fixtures.helloFrame, lane: .control) == .queued)
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(3)), lane: .control) == .queued)
        // Bob switches when he sees the handshake message, no sooner and without keeping the old session.
        pair.bob.append(try pair.takeFromAlice())
        var numbers: [Int?] = []
        while let event = try pair.bob.next() {
            guard case .frame(let frame) = event else { continue }
            if frame.handshake != nil {
                try pair.bob.installSession(Fixtures.key(2), noncePrefix: 5, keepingPrevious: false)
            } else {
                numbers.append(frame.meshPayload.flatMap(Fixtures.number))
            }
        }
        #expect(numbers == [1, 3, 2])
    }

    @Test func proposalThatLeadsNowhereLeavesTheSession() throws {
        var pair = try CodecPair()
        try pair.alice.proposeSession(Fixtures.key(9), noncePrefix: Fixtures.alicePrefix + 9)
        #expect(try pair.bobReceives(sealedByAlice(1, in: &pair)).map(\.counter) == [.undecryptable])
        #expect(try aliceReceives(1, in: &pair) == [nil])
        pair.alice.distrustProposals()
        #expect(try pair.bobReceives(sealedByAlice(2, in: &pair)).map(\.counter) == [nil])
        pair.alice.dropProposals()
        #expect(try pair.bobReceives(sealedByAlice(3, in: &pair)).map(\.counter) == [nil])
        #expect(try aliceReceives(2, in: &pair) == [nil])
    }

    @Test func renewalSealsWithTheProposalAtOnce() throws {
        var pair = try CodecPair()
        try pair.alice.proposeSession(Fixtures.key(2), noncePrefix: Fixtures.alicePrefix + 1)
        try pair.installBob(key: 2, round: 1)
        #expect(try pair.bobReceives(sealedByAlice(1, in: &pair)).map(\.counter) == [nil])
        #expect(!pair.bob.hasPreviousSession)
        _ = pair.alice.takeProven()
        #expect(try aliceReceives(1, in: &pair) == [nil])
        #expect(pair.alice.takeProven() == Fixtures.alicePrefix + 1)
        #expect(pair.alice.takeProven() == nil)
    }

    /// One of two proposals is from a recorded Response, whichever comes first.
    @Test(arguments: [[9, 2], [2, 9]] as [[UInt8]])
    func whatOpensDecidesBetweenTwoProposals(keys: [UInt8]) throws {
        var pair = try CodecPair()
        for key in keys {
            try pair.alice.proposeSession(Fixtures.key(key), noncePrefix: Fixtures.alicePrefix + UInt64(key))
        }
        try pair.installBob(key: 2, round: 1)
        #expect(try pair.bobReceives(sealedByAlice(1, in: &pair)).map(\.counter) == [nil])
        #expect(pair.bob.hasPreviousSession)
        #expect(try aliceReceives(1, in: &pair) == [nil])
        #expect(pair.alice.takeProven() == Fixtures.alicePrefix + 2)
        #expect(try pair.bobReceives(sealedByAlice(2, in: &pair)).map(\.counter) == [nil])
        #expect(!pair.bob.hasPreviousSession)
    }

    @Test func refusedSessionChangesNothing() throws {
        var pair = try CodecPair()
        let keyByte: UInt64 = 0x0202_0202_0202_0202
        #expect(throws: CryptoError.self) {
            try pair.alice.installSession(Fixtures.key(2), noncePrefix: keyByte, keepingPrevious: true)
        }
        #expect(try pair.bobReceives(sealedByAlice(1, in: &pair)).map(\.counter) == [nil])
    }

    /// Whether a frame of bob opens: `nil`, or what is counted.
    private func aliceReceives(_ number: Int, in pair: inout CodecPair) throws -> [MeshCounter?] {
        #expect(pair.bob.enqueue(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
        return try CodecPair.frames(&pair.alice, try CodecPair.takeAll(&pair.bob).readableBytesView).map(\.counter)
    }

    private func sealedByAlice(_ number: Int, in pair: inout CodecPair) throws -> ByteBuffer {
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
        return try pair.takeFromAlice()
    }
}

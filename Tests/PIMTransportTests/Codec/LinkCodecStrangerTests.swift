import NIOCore
import PIMCore
import PIMTransport
import PIMWire
import Testing

/// What a link accepts before a session stands (`spec/wire.md` §20.2, `spec/transport.md` §12.3).
@Suite struct LinkCodecStrangerTests {
    @Test(arguments: [FrameType.heartbeat, .control, .routeUpdate])
    func directFramesBeforeTheSessionAreDropped(type: FrameType) throws {
        var pair = try CodecPair(withSession: false)
        let message = try TransportFrame(clear: type, payload: [UInt8](repeating: 0, count: 58)).streamMessage()
        #expect(try pair.bobReceives(message).map(\.counter) == [.beforeSession])
        #expect(!MeshCounter.beforeSession.isMisbehaviour)
    }

    @Test func dataBeforeTheSessionIsDropped() throws {
        var sender = try CodecPair()
        #expect(sender.alice.enqueue(Fixtures.mesh([1, 2, 3]), lane: .data) == .queued)
        var pair = try CodecPair(withSession: false)
        #expect(try pair.bobReceives(sender.takeFromAlice()).map(\.counter) == [.beforeSession])
    }

    @Test func largeMessageIsSkippedWithoutBeingStored() throws {
        var pair = try CodecPair(withSession: false)
        let large = try TransportFrame(clear: .routeUpdate, payload: [UInt8](repeating: 9, count: 500_000))
            .streamMessage()
        let hello = try TransportFrame(clear: .handshake, payload: Fixtures.hello().encode()).streamMessage()
        let stream = large + hello
        var frames: [LinkFrame] = []
        for start in stride(from: 0, to: stream.count, by: 4096) {
            frames += try pair.bobReceives(stream[start..<min(start + 4096, stream.count)])
            #expect(pair.bob.bufferedBytes <= 1024)
        }
        #expect(frames.map(\.counter) == [.beforeSession, nil])
        #expect(frames.last?.handshake == Fixtures.hello())
    }

    @Test func tooManyMessagesAreFatal() throws {
        var pair = try CodecPair(withSession: false)
        let heartbeat = try TransportFrame(clear: .heartbeat, payload: [0]).streamMessage()
        for _ in 0..<64 { #expect(try pair.bobReceives(heartbeat).count == 1) }
        pair.bob.append(ByteBuffer(bytes: heartbeat))
        #expect(throws: LinkProtocolError(.tooManyMessages)) { try pair.bob.next() }
        #expect(LinkProtocolError(.tooManyMessages).closeReason == .strangerTalksTooMuch)
    }

    @Test func authenticationLiftsTheLimitOfMessages() throws {
        var pair = try CodecPair(withSession: false)
        pair.bob.markAuthenticated()
        let heartbeat = try TransportFrame(clear: .heartbeat, payload: [0]).streamMessage()
        for _ in 0..<200 { #expect(try pair.bobReceives(heartbeat).map(\.counter) == [.beforeSession]) }
    }

    @Test func sessionInstalledBetweenTwoFramesOfOneReadOpensTheSecond() throws {
        var sender = try CodecPair()
        #expect(sender.alice.enqueue(Fixtures.helloFrame, lane: .control) == .queued)
        #expect(sender.alice.enqueue(Fixtures.mesh(Fixtures.numbered(5)), lane: .data) == .queued)
        var pair = try CodecPair(withSession: false)
        pair.bob.append(try sender.takeFromAlice())
        guard case .frame(.handshake) = try pair.bob.next() else {
            Issue.record("no handshake")
            return
        }
        try pair.installBob(key: 1, round: 0)
        guard case .frame(.mesh(_, let payload)) = try pair.bob.next() else {
            Issue.record("no mesh frame")
            return
        }
        #expect(Fixtures.number(of: payload) == 5)
    }

    @Test func meshFramesCannotBeSentBeforeTheSession() throws {
        var pair = try CodecPair(withSession: false)
        #expect(pair.alice.enqueue(Fixtures.mesh([1]), lane: .data) == .closed)
        #expect(try pair.takeFromAlice().readableBytes == 0)
    }
}

import NIOCore
import PIMCore
import PIMTransport
import PIMWire
import Testing

@Suite struct LinkCodecFramingTests {
    @Test func acceptorReadsThePreambleFirstEvenByteByByte() throws {
        var codec = LinkCodec(role: .acceptor)
        for byte in Fixtures.alice.bytes.dropLast() {
            codec.append(ByteBuffer(bytes: [byte]))
            #expect(try codec.next() == nil)
        }
        codec.append(ByteBuffer(bytes: Fixtures.alice.bytes.suffix(1)))
        guard case .preamble(let claimed) = try codec.next() else {
            Issue.record("no preamble")
            return
        }
        #expect(claimed == Fixtures.alice)
    }

    @Test func diallerSendsItsRawNodeIDAndExpectsNoPreamble() throws {
        var codec = LinkCodec(role: .dialer)
        #expect(Array(codec.preamble(own: Fixtures.alice).readableBytesView) == Fixtures.alice.bytes)
        let hello = try TransportFrame(clear: .handshake, payload: Fixtures.hello().encode()).streamMessage()
        #expect(try CodecPair.frames(&codec, hello).map(\.handshake) == [Fixtures.hello()])
    }

    @Test func directFramesHaveTheBytesOfTheSpecification() throws {
        // spec/wire.md §18.2: Ping 12345 on a stream.
        var codec = LinkCodec(role: .dialer)
        #expect(codec.enqueue(.direct(.control, try ControlFrame.ping(12345).encode()), lane: .control) == .queued)
        let bytes = Array(try CodecPair.takeAll(&codec).readableBytesView)
        let text =
            "0000002d504d010500000009000000000000000000000000050000000000003039" + String(repeating: "00", count: 16)
        #expect(Hex.encode(bytes) == text)
    }

    @Test func emptyMessageIsDroppedAndTheStreamGoesOn() throws {
        var pair = try CodecPair()
        let hello = try TransportFrame(clear: .handshake, payload: Fixtures.hello().encode()).streamMessage()
        let frames = try pair.bobReceives(Fixtures.message([]) + hello)
        #expect(frames.map(\.counter) == [.malformedFrame, nil])
        #expect(frames.last?.handshake == Fixtures.hello())
    }

    @Test(arguments: [
        "504d01", "ff4d0102000000040102030405060708090a0b0cdeadbeefaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "504d6302000000040102030405060708090a0b0cdeadbeefaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "504d0100000000040102030405060708090a0b0cdeadbeefaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "504d0107000000040102030405060708090a0b0cdeadbeefaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "504d0102001000010102030405060708090a0b0cdeadbeefaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "504d0102000000050102030405060708090a0b0cdeadbeefaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ])
    func malformedTransportFrameIsDroppedAndTheStreamGoesOn(hex: String) throws {
        var pair = try CodecPair()
        let hello = try TransportFrame(clear: .handshake, payload: Fixtures.hello().encode()).streamMessage()
        let frames = try pair.bobReceives(Fixtures.message(try #require(Hex.decode(hex))) + hello)
        #expect(frames.map(\.counter) == [.malformedFrame, nil])
        #expect(pair.bob.counters.framesDropped == 1)
    }

    @Test func bytesBehindTheTransportFrameAreIgnored() throws {
        var pair = try CodecPair()
        let frame = try TransportFrame(clear: .handshake, payload: Fixtures.hello().encode()).encode()
        let frames = try pair.bobReceives(Fixtures.message(frame + [1, 2, 3]))
        #expect(frames.map(\.handshake) == [Fixtures.hello()])
    }

    @Test(arguments: [true, false])
    func lengthAboveTheLimitIsFatalAtOnceAndForGood(withSession: Bool) throws {
        var pair = try CodecPair(withSession: withSession)
        pair.bob.append(ByteBuffer(bytes: [0, 0x10, 0, 1]))
        for _ in 0..<3 {
            #expect(throws: LinkProtocolError(.oversizeMessage)) { try pair.bob.next() }
        }
        #expect(LinkProtocolError(.oversizeMessage).closeReason == .brokenFraming)
    }

    @Test func threeBytesOfALengthAreNothingYet() throws {
        var pair = try CodecPair()
        #expect(try pair.bobReceives([0, 0x10, 0]).isEmpty)
    }

    @Test func largestMessagePassesWithASession() throws {
        var pair = try CodecPair()
        let payload = [UInt8](repeating: 5, count: WireLimits.streamPayload)
        let message = try TransportFrame(clear: .control, payload: payload).streamMessage()
        #expect(message.count == WireLimits.streamMessage + 4)
        var frames: [LinkFrame] = []
        for start in stride(from: 0, to: message.count, by: 65_536) {
            frames += try pair.bobReceives(message[start..<min(start + 65_536, message.count)])
        }
        guard case .direct(.control, let received) = try #require(frames.first) else {
            Issue.record("not a control frame")
            return
        }
        #expect(received == payload)
    }

    @Test func anyCutOfTheStreamGivesTheSameFrames() throws {
        var pair = try CodecPair()
        for number in 0..<20 {
            #expect(
                pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(number, size: number * 7)), lane: .data) == .queued)
            let ping = try ControlFrame.ping(UInt64(number)).encode()
            #expect(pair.alice.enqueue(.direct(.control, ping), lane: .data) == .queued)
        }
        let stream = Array(try pair.takeFromAlice().readableBytesView)
        for size in [1, 2, 3, 7, 41, 1000, stream.count] {
            var cut = try CodecPair()
            var frames: [LinkFrame] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                frames += try cut.bobReceives(stream[start..<min(start + size, stream.count)])
                #expect(cut.bob.bufferedBytes < 300)
            }
            #expect(frames.count == 40)
            #expect(frames.compactMap(\.meshPayload).compactMap(Fixtures.number) == Array(0..<20))
        }
    }

    @Test func frameOfTheUnusedTypeIsDropped() throws {
        var pair = try CodecPair()
        let message = try TransportFrame(clear: .fragment, payload: [1]).streamMessage()
        #expect(try pair.bobReceives(message).map(\.counter) == [.unusedFrameType])
    }

    @Test func handshakeFrameWithoutAHandshakeInItIsDropped() throws {
        var pair = try CodecPair(withSession: false)
        let message = try TransportFrame(clear: .handshake, payload: [3, 0]).streamMessage()
        #expect(try pair.bobReceives(message).map(\.counter) == [.malformedHandshake])
    }
}

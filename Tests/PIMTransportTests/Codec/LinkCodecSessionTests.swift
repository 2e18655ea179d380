import NIOCore
import PIMCore
import PIMCrypto
import PIMTransport
import PIMWire
import Testing

@Suite struct LinkCodecSessionTests {
    @Test func opensTheFirstDataFrameOfTheSpecification() throws {
        // spec/crypto.md §10.3 and §10.5: the initiator's first frame, with the reference's prefix.
        let key = try #require(Hex.decode("bc69eae28078751e0e012c51f9561d391b52494268e959e22087e6139fb92405"))
        let frame = try #require(
            Hex.decode(
                "504d010200000044bc69eae28078751e00000000f86a64ebde821bdf02a274f337e1786ced3727d2eb770967c1e7c4889933b638"
                    + "977134a6ee26caafebd69268e1f83edab144272cdbe6482971551e78f7b8b258fa85e0f4a1311dcac44020e6e7f1111bd00116cc"
            ))
        var pair = try CodecPair(withSession: false)
        try pair.bob.installSession(SessionKey(key), noncePrefix: 99, keepingPrevious: false)
        let frames = try pair.bobReceives(Fixtures.message(frame))
        guard case .mesh(let header, let payload) = try #require(frames.first) else {
            Issue.record("not a mesh frame: \(frames)")
            return
        }
        #expect(header.source.description == "34750f98bd59fcfc946da45aaabe933b")
        #expect(header.destination.description == "6a3803d5f059902a1c6dafbc9ba47292")
        #expect(header.ttl == 8)
        #expect(payload.readableBytes == 28)
        #expect(payload.getInteger(at: payload.readerIndex, as: UInt8.self) == 0x45)
    }

    @Test(arguments: [0, 1, 28, 1400, 65_535])
    func payloadOfAnySizeArrivesWithItsHeader(size: Int) throws {
        var pair = try CodecPair()
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let header = MeshHeader(
            source: Fixtures.alice, destination: Fixtures.bob, ttl: 3, flags: [.isControl], payloadLength: 0)
        #expect(pair.alice.enqueue(.mesh(header, ByteBuffer(bytes: payload)), lane: .data) == .queued)
        #expect(pair.alice.enqueue(.meshBytes(header, payload), lane: .data) == .queued)
        let frames = try pair.bobReceives(pair.takeFromAlice())
        #expect(frames.count == 2)
        for frame in frames {
            guard case .mesh(let received, let bytes) = frame else {
                Issue.record("not a mesh frame: \(frame)")
                return
            }
            #expect(received.source == header.source && received.destination == header.destination)
            #expect(received.ttl == 3 && received.flags == [.isControl] && received.payloadLength == size)
            #expect(Array(bytes.readableBytesView) == payload)
        }
        #expect(pair.bob.counters.framesOpened == 2)
    }

    @Test func payloadAboveTheLimitCannotBeSent() throws {
        var pair = try CodecPair()
        #expect(pair.alice.enqueue(Fixtures.mesh([UInt8](repeating: 0, count: 65_536)), lane: .data) == .closed)
        let huge = [UInt8](repeating: 0, count: WireLimits.streamPayload + 1)
        #expect(pair.alice.enqueue(.direct(.control, huge), lane: .control) == .closed)
        #expect(pair.alice.enqueue(.direct(.data, [1]), lane: .data) == .closed)
        #expect(pair.alice.queuedBytes == 0)
    }

    @Test func framesOfOneReadKeepTheirPayloadsWhileLaterOnesAreOpened() throws {
        var pair = try CodecPair()
        for number in 0..<300 {
            #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
        }
        let payloads = try pair.bobReceives(pair.takeFromAlice()).compactMap(\.meshPayload)
        #expect(payloads.map { Array($0.readableBytesView) } == (0..<300).map { Fixtures.numbered($0) })
    }

    @Test func appendLeavesTheCallersBytesAlone() throws {
        var pair = try CodecPair()
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(1)), lane: .data) == .queued)
        let sealed = try pair.takeFromAlice()
        let before = Array(sealed.readableBytesView)
        pair.bob.append(sealed)
        #expect(try CodecPair.drain(&pair.bob).count == 1)
        #expect(Array(sealed.readableBytesView) == before)
    }

    @Test func replayedFrameIsDroppedAndTheNextOneOpens() throws {
        var pair = try CodecPair()
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(1)), lane: .data) == .queued)
        let first = try pair.takeFromAlice()
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(2)), lane: .data) == .queued)
        let second = try pair.takeFromAlice()
        #expect(try pair.bobReceives(first).map(\.counter) == [nil])
        #expect(try pair.bobReceives(first).map(\.counter) == [.replayed])
        #expect(try pair.bobReceives(second).map(\.counter) == [nil])
        #expect(try pair.bobReceives(first).map(\.counter) == [.replayed])
    }

    @Test func ownFrameComingBackIsDroppedAndHarmless() throws {
        var pair = try CodecPair()
        #expect(pair.bob.enqueue(Fixtures.mesh([1]), lane: .data) == .queued)
        let own = try CodecPair.takeAll(&pair.bob)
        #expect(try pair.bobReceives(own).map(\.counter) == [.reflected])
        #expect(pair.alice.enqueue(Fixtures.mesh([2]), lane: .data) == .queued)
        #expect(try pair.bobReceives(pair.takeFromAlice()).map(\.counter) == [nil])
    }

    @Test func tamperedFrameIsDroppedAndTheNextOneOpens() throws {
        var pair = try CodecPair()
        for number in 0..<2 {
            #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
        }
        var bytes = Array(try pair.takeFromAlice().readableBytesView)
        bytes[50] ^= 1
        let frames = try pair.bobReceives(bytes)
        #expect(frames.map(\.counter) == [.undecryptable, nil])
    }

    @Test func sealedBytesThatAreNoMeshFrameAreDropped() throws {
        var pair = try CodecPair()
        let session = try LinkSession(key: Fixtures.key(1), noncePrefix: 77)
        let short = try Fixtures.sealed([UInt8](repeating: 0, count: 39), with: session)
        var lying = [UInt8](repeating: 0, count: 41)
        lying[39] = 2
        let cut = try Fixtures.sealed(lying, with: session)
        let empty = try Fixtures.sealed([], with: session)
        let frames = try pair.bobReceives(short + cut + empty)
        #expect(frames.map(\.counter) == [.malformedMeshFrame, .malformedMeshFrame, .malformedMeshFrame])
        #expect(MeshCounter.malformedMeshFrame.isMisbehaviour)
    }

    @Test func bytesBehindTheMeshPayloadAreIgnored() throws {
        var pair = try CodecPair()
        let session = try LinkSession(key: Fixtures.key(1), noncePrefix: 77)
        var header = Fixtures.header()
        header.payloadLength = 1
        var plaintext = [UInt8](repeating: 0xee, count: 44)
        try plaintext.withUnsafeMutableBytes { try header.write(to: $0) }
        let frames = try pair.bobReceives(Fixtures.sealed(plaintext, with: session))
        #expect(frames.first?.meshPayload.map { Array($0.readableBytesView) } == [0xee])
    }

    @Test func prefixOnTheWireIsTheOneThatWasChosen() throws {
        var pair = try CodecPair()
        #expect(pair.alice.enqueue(Fixtures.mesh([1]), lane: .data) == .queued)
        let bytes = try pair.takeFromAlice()
        #expect(bytes.getInteger(at: bytes.readerIndex + 12, as: UInt64.self) == Fixtures.alicePrefix)
        #expect(bytes.getInteger(at: bytes.readerIndex + 20, as: UInt32.self) == 0)
    }
}

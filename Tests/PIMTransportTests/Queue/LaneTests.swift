import NIOCore
import PIMCore
import PIMTransport
import PIMWire
import Testing

@Suite struct LaneTests {
    private static let overhead = 80

    private func configuration(control: Int, data: Int) -> LinkConfiguration {
        var configuration = LinkConfiguration()
        configuration.controlCapacity = control
        configuration.dataCapacity = data
        return configuration
    }

    @Test func controlOvertakesDataAndEachLaneKeepsItsOrder() throws {
        var pair = try CodecPair()
        for number in 0..<10 {
            #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(100 + number)), lane: .data) == .queued)
            #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(number)), lane: .control) == .queued)
        }
        let frames = try pair.bobReceives(pair.takeFromAlice())
        #expect(frames.compactMap(\.meshPayload).compactMap(Fixtures.number) == Array(0..<10) + Array(100..<110))
    }

    @Test func controlOvertakesDataOfManyChunks() throws {
        var pair = try CodecPair()
        for number in 0..<40 {
            #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(number, size: 10_000)), lane: .data) == .queued)
        }
        let first = try #require(try pair.alice.nextChunk())
        #expect(first.readableBytes < 100_000)
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(999)), lane: .control) == .queued)
        var numbers = try pair.bobReceives(first).compactMap(\.meshPayload).compactMap(Fixtures.number)
        let atFirst = numbers.count
        numbers += try pair.bobReceives(pair.takeFromAlice()).compactMap(\.meshPayload).compactMap(Fixtures.number)
        #expect(numbers.count == 41)
        #expect(numbers[atFirst] == 999)
        #expect(numbers.filter { $0 != 999 } == Array(0..<40))
    }

    /// RS-14.
    @Test func fullLaneRefusesAndTheOtherOneDoesNot() throws {
        var pair = try CodecPair(configuration: configuration(control: 1000, data: 10 * (100 + Self.overhead)))
        for number in 0..<10 {
            #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
        }
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(10)), lane: .data) == .congested)
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(11)), lane: .control) == .queued)
        #expect(pair.alice.queuedBytes == 11 * 180)
        #expect(pair.alice.counters.framesCongested == 1)
        let frames = try pair.bobReceives(pair.takeFromAlice())
        #expect(frames.compactMap(\.meshPayload).compactMap(Fixtures.number) == [11] + Array(0..<10))
    }

    @Test func controlLaneIsBoundedToo() throws {
        var pair = try CodecPair(configuration: configuration(control: 500, data: 10_000))
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(0, size: 400)), lane: .control) == .queued)
        #expect(pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(1, size: 400)), lane: .control) == .congested)
    }

    @Test func noticeComesOnceBelowHalf() throws {
        var pair = try CodecPair(configuration: configuration(control: 1 << 20, data: 300_000))
        var accepted = 0
        while pair.alice.enqueue(Fixtures.mesh(Fixtures.numbered(accepted, size: 10_000)), lane: .data) == .queued {
            accepted += 1
            #expect(accepted < 100)
        }
        #expect(accepted == 29)
        #expect(pair.alice.takeWritableNotice() == false)
        var chunks = 0
        while pair.alice.queuedBytes > 150_000 {
            #expect(pair.alice.takeWritableNotice() == false)
            _ = try pair.alice.nextChunk()
            chunks += 1
        }
        #expect(chunks > 1)
        #expect(pair.alice.takeWritableNotice() == true)
        #expect(pair.alice.takeWritableNotice() == false)
    }

    @Test func withoutARefusalThereIsNoNotice() throws {
        var pair = try CodecPair()
        #expect(pair.alice.enqueue(Fixtures.mesh([1]), lane: .data) == .queued)
        _ = try pair.takeFromAlice()
        #expect(pair.alice.takeWritableNotice() == false)
    }

    @Test func discardForgetsEverything() throws {
        var pair = try CodecPair()
        for lane in Lane.allCases { #expect(pair.alice.enqueue(Fixtures.mesh([1]), lane: lane) == .queued) }
        pair.alice.discardOutbound()
        #expect(pair.alice.queuedBytes == 0)
        #expect(try pair.alice.nextChunk() == nil)
    }

    @Test func queuedFramesKeepNothingOfTheirSender() throws {
        var pair = try CodecPair()
        var payload = ByteBuffer(bytes: Fixtures.numbered(7))
        #expect(pair.alice.enqueue(.mesh(Fixtures.header(), payload), lane: .data) == .queued)
        payload.setBytes([0xff, 0xff, 0xff, 0xff], at: payload.readerIndex)
        let frames = try pair.bobReceives(pair.takeFromAlice())
        #expect(frames.compactMap(\.meshPayload).compactMap(Fixtures.number) == [7])
    }
}

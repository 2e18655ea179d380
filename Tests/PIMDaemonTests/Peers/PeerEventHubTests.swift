import PIMCore
import PIMPlugin
import Testing

@testable import PIMDaemon

@Suite struct PeerEventHubTests {
    private let hub = PeerEventHub()

    private func event(_ number: UInt64) -> PeerEvent { .connected(peer: PeerSamples.peer(number)) }

    @Test func everySubscriberGetsEverythingInOrder() async {
        var first = hub.subscribe().makeAsyncIterator()
        hub.publish(event(1))
        var second = hub.subscribe().makeAsyncIterator()
        hub.publish(event(2))
        hub.publish(event(3))
        for number in 1...3 { #expect(await first.next() == event(UInt64(number))) }
        for number in 2...3 { #expect(await second.next() == event(UInt64(number))) }
    }

    @Test func readerThatWaitsIsWoken() async {
        let stream = hub.subscribe()
        let reader = Task { () -> PeerEvent? in
            var iterator = stream.makeAsyncIterator()
            return await iterator.next()
        }
        hub.publish(event(1))
        #expect(await reader.value == event(1))
    }

    @Test func slowReaderGetsOneResyncAndThenWhatFollows() async {
        var iterator = hub.subscribe().makeAsyncIterator()
        for number in 1...257 { hub.publish(event(UInt64(number))) }
        hub.publish(event(258))
        #expect(await iterator.next() == .resync)
        #expect(await iterator.next() == event(257))
        #expect(await iterator.next() == event(258))
    }

    @Test func fullBufferIsDeliveredWhole() async {
        var iterator = hub.subscribe().makeAsyncIterator()
        for number in 1...256 { hub.publish(event(UInt64(number))) }
        for number in 1...256 { #expect(await iterator.next() == event(UInt64(number))) }
    }

    @Test func endlessFloodLeavesABoundedRest() async {
        let stream = hub.subscribe()
        for number in 1...10_000 { hub.publish(event(UInt64(number))) }
        hub.finish()
        var received: [PeerEvent] = []
        for await event in stream { received.append(event) }
        #expect(received.count <= PeerEventHub.bufferLimit)
        #expect(received.first == .resync)
        #expect(received.count { $0 == .resync } == 1)
        #expect(received.last == event(10_000))
    }

    @Test func droppedStreamIsForgotten() async {
        do {
            var iterator: AsyncStream<PeerEvent>.Iterator? = hub.subscribe().makeAsyncIterator()
            hub.publish(event(1))
            #expect(await iterator?.next() == event(1))
            #expect(hub.subscriberCount == 1)
            iterator = nil
        }
        #expect(hub.subscriberCount == 0)
    }

    @Test func cancellationEndsTheStream() async {
        let stream = hub.subscribe()
        let reader = Task { () -> Int in
            var count = 0
            for await _ in stream { count += 1 }
            return count
        }
        hub.publish(event(1))
        reader.cancel()
        #expect(await reader.value <= 1)
    }

    @Test func finishedHubDeliversTheRestAndEnds() async {
        var iterator = hub.subscribe().makeAsyncIterator()
        hub.publish(event(1))
        hub.finish()
        hub.publish(event(2))
        #expect(await iterator.next() == event(1))
        #expect(await iterator.next() == nil)
        var late = hub.subscribe().makeAsyncIterator()
        #expect(await late.next() == nil)
    }

    @Test func waitingReaderLearnsOfTheEnd() async {
        let stream = hub.subscribe()
        let reader = Task { () -> PeerEvent? in
            var iterator = stream.makeAsyncIterator()
            return await iterator.next()
        }
        hub.finish()
        #expect(await reader.value == nil)
    }

    /// Whoever looks afresh after a resync knows in the end what is true.
    @Test func readerThatFollowsTheRulesNeverMissesTheState() async {
        let stream = hub.subscribe()
        let hub = hub
        let reader = Task { () -> Set<NodeID> in
            var connected: Set<NodeID> = []
            for await event in stream {
                switch event {
                case .resync: connected = []
                case .connected(let peer): connected.insert(peer)
                case .disconnected(let peer): connected.remove(peer)
                default: break
                }
                await Task.yield()
            }
            return connected
        }
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<2000 {
                        let peer = PeerSamples.peer(UInt64(worker * 100 + number % 50))
                        hub.publish(.disconnected(peer: peer))
                        hub.publish(.connected(peer: peer))
                    }
                }
            }
        }
        hub.publish(.connected(peer: PeerSamples.peer(9999)))
        hub.finish()
        #expect(await reader.value.contains(PeerSamples.peer(9999)))
    }
}

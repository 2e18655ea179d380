import NIOPosix
import PIMCore
import PIMNode
import PIMPlugin
import PIMWire
import Testing

@testable import PIMDaemon

@Suite struct PayloadSenderTests {
    private let own = NodeID(high: 0, low: 1)
    private let peer = NodeID(high: 0, low: 2)

    private func table(over link: UInt64?) -> ForwardingTable {
        guard let link = link.map(LinkID.init(rawValue:)) else { return ForwardingTable(own: own) }
        return ForwardingTable(
            own: own, routes: [peer: .init(link: link, nextHop: peer, hops: 1)], neighbours: [peer: link])
    }

    private func sender(over link: UInt64?) -> PayloadSender {
        PayloadSender(table: table(over: link), loop: MultiThreadedEventLoopGroup.singleton.next())
    }

    /// A sender that has a session with the peer.
    private func sealingSender(over link: UInt64?) -> PayloadSender {
        let sender = sender(over: link)
        sender.update(.sealed(SessionID(rawValue: 1)), to: peer)
        return sender
    }

    private func payload(_ size: Int = 1, _ route: PayloadRoute = .routed) -> OutboundPayload {
        OutboundPayload(kind: "test", body: [UInt8](repeating: 0, count: size), route: route)
    }

    private func fill(_ sender: PayloadSender) {
        while sender.send(payload(50_000), to: peer, at: .zero) == .queued(.endToEnd) {}
    }

    @Test func aFullLinkRefusesUntilItIsSettled() {
        let sender = sealingSender(over: 1)
        fill(sender)
        #expect(sender.send(payload(50_000), to: peer, at: .zero) == .congested)
        let entries = sender.takeInbox()
        sender.settled(bytes: [LinkID(rawValue: 1): entries.reduce(0) { $0 + $1.outgoing.size }])
        #expect(sender.send(payload(50_000), to: peer, at: .zero) == .queued(.endToEnd))
    }

    @Test(.timeLimit(.minutes(1)))
    func whoWaitsForALinkGoesOnWhenTheWayChanges() async throws {
        let sender = sealingSender(over: 1)
        fill(sender)
        async let writable: Void = sender.waitUntilWritable(peer, by: .routed)
        // Nothing was settled on link 1: only the new table can end the wait, whether it comes before or after its start.
        sender.update(table(over: 2))
        try await writable
        #expect(sender.send(payload(), to: peer, at: .zero) == .queued(.endToEnd))
    }

    @Test(.timeLimit(.minutes(1)))
    func aCancelledWaitEnds() async {
        let sender = sealingSender(over: 1)
        fill(sender)
        let wait = Task { try await sender.waitUntilWritable(peer, by: .routed) }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
    }

    @Test func whatWaitsForASessionIsBoundedAndRefusedBeyond() {
        let sender = sender(over: 1)
        var accepted = 0
        while sender.send(payload(50_000), to: peer, at: .zero) == .awaitingSession { accepted += 1 }
        #expect(accepted == SealedTraffic.waitingBytesPerNode / 50_000)
        #expect(sender.send(payload(50_000), to: peer, at: .zero) == .congested)
        sender.update(.sealed(SessionID(rawValue: 1)), to: peer)
        #expect(sender.send(payload(50_000), to: peer, at: .zero) == .queued(.endToEnd))
    }

    @Test(.timeLimit(.minutes(1)))
    func whoWaitsForASessionGoesOnWhenThereIsOneOrWhatWaitedHasFailed() async throws {
        let sender = sender(over: 1)
        while sender.send(payload(50_000), to: peer, at: .zero) == .awaitingSession {}
        async let first: Void = sender.waitUntilWritable(peer, by: .routed)
        let failed = sender.takeInbox().map(\.outgoing)
        sender.settled(bytes: [LinkID(rawValue: 1): failed.reduce(0) { $0 + $1.size }])
        sender.noteFailed(failed)
        try await first
        while sender.send(payload(50_000), to: peer, at: .zero) == .awaitingSession {}
        async let second: Void = sender.waitUntilWritable(peer, by: .routed)
        sender.update(.reference, to: peer)
        try await second
        #expect(sender.send(payload(), to: peer, at: .zero) == .queued(.unauthenticated))
    }

    @Test func directPayloadsForAnAbsentNeighbourAreParked() {
        let sender = sender(over: nil)
        #expect(sender.send(payload(1, .direct), to: peer, at: .zero) == .parked)
        #expect(sender.send(payload(1, .routed), to: peer, at: .zero) == .noRoute)
        #expect(sender.takeParked(at: .zero).isEmpty)
        sender.update(table(over: 1))
        #expect(sender.takeParked(at: .zero).count == 1)
        #expect(sender.takeParked(at: .zero).isEmpty)
        #expect(sender.send(payload(1, .direct), to: peer, at: .zero) == .awaitingSession)
    }

    @Test func anAcceptedPayloadThatLostItsRouteWaitsForAnother() throws {
        let sender = sealingSender(over: 1)
        #expect(sender.send(payload(), to: peer, at: .zero) == .queued(.endToEnd))
        let entry = try #require(sender.takeInbox().first)
        sender.update(table(over: nil))
        #expect(sender.park(entry.outgoing, at: .zero))
        #expect(sender.takeParked(at: .zero).isEmpty)
        sender.update(table(over: 2))
        #expect(sender.takeParked(at: .zero).map(\.destination) == [peer])
    }

    @Test func nothingIsAcceptedAfterTheStop() {
        let sender = sender(over: 1)
        sender.stop()
        #expect(sender.send(payload(), to: peer, at: .zero) == .stopped)
        #expect(sender.send(payload(1, .direct), to: peer, at: .zero) == .stopped)
    }
}

import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

@Suite struct OutboxTests {
    private static let limits = OutboxLimits(messages: 3, bytes: 100, lifetime: .seconds(1000))

    private func time(_ seconds: Int) -> MonotonicTime { .zero.advanced(by: .seconds(seconds)) }

    /// An outbox with one message that left at the given second.
    private func inFlight(_ id: MessageID, since seconds: Int = 0) -> Outbox {
        var outbox = Outbox(limits: Self.limits)
        #expect(outbox.reserve(id, for: .ben, size: 5, now: time(seconds)) == true)
        if let news = outbox.committed(id) {
            #expect(outbox.settle(id, since: news, .accepted(isSealed: false), now: time(seconds), jitter: 0) == true)
        } else {
            Issue.record("nothing waits before it")
        }
        return outbox
    }

    @Test func nothingLeavesBeforeItIsStored() {
        var outbox = Outbox(limits: Self.limits)
        let id = MessageID.random()
        #expect(outbox.reserve(id, for: .ben, size: 5, now: .zero) == true)
        #expect(outbox.readyPeers(now: time(0)).isEmpty)
        outbox.reachable(.ben)
        #expect(outbox.take(from: .ben, limit: 9).count == 0)
        #expect(outbox.committed(id) != nil)
    }

    @Test func refusesMoreMessagesThanItsLimit() {
        var outbox = Outbox(limits: Self.limits)
        for _ in 0..<3 { #expect(outbox.reserve(.random(), for: .ben, size: 1, now: .zero) == true) }
        #expect(outbox.reserve(.random(), for: .anna, size: 1, now: .zero) == false)
        #expect(outbox.count == 3)
    }

    @Test func refusesMoreBytesThanItsLimit() {
        var outbox = Outbox(limits: Self.limits)
        let id = MessageID.random()
        #expect(outbox.reserve(id, for: .ben, size: 100, now: .zero) == true)
        #expect(outbox.reserve(.random(), for: .ben, size: 1, now: .zero) == false)
        outbox.remove(id)
        #expect(outbox.bytes == 0)
        #expect(outbox.reserve(.random(), for: .ben, size: 1, now: .zero) == true)
    }

    @Test func aMessageDoesNotOvertakeThoseThatWait() {
        var outbox = Outbox(limits: Self.limits)
        let (first, second) = (MessageID.random(), MessageID.random())
        #expect(outbox.reserve(first, for: .ben, size: 1, now: .zero) == true)
        #expect(outbox.reserve(second, for: .ben, size: 1, now: .zero) == true)
        if let news = outbox.committed(first) {
            #expect(outbox.settle(first, since: news, .congested, now: .zero, jitter: 0) == false)
        }
        #expect(outbox.committed(second) == nil)
        #expect(outbox.isCongested)
        #expect(outbox.readyPeers(now: .zero).isEmpty)
        #expect(outbox.readyPeers(now: time(1)) == [.ben])
        #expect(outbox.take(from: .ben, limit: 9).map(\.id) == [first, second])
    }

    @Test func waitsForARouteAndLooksAgainAfterAWhile() {
        var outbox = Outbox(limits: Self.limits)
        let id = MessageID.random()
        #expect(outbox.reserve(id, for: .ben, size: 1, now: .zero) == true)
        if let news = outbox.committed(id) {
            #expect(outbox.settle(id, since: news, .unreachable, now: .zero, jitter: 0) == false)
        }
        #expect(outbox.readyPeers(now: time(29)).isEmpty)
        #expect(outbox.readyPeers(now: time(30)) == [.ben])
        outbox.reachable(.ben)
        #expect(outbox.readyPeers(now: time(1)) == [.ben])
    }

    @Test func aRouteThatDoesNotWorkIsTriedAgainInASecond() {
        var outbox = Outbox(limits: Self.limits)
        let id = MessageID.random()
        #expect(outbox.reserve(id, for: .ben, size: 1, now: .zero) == true)
        if let news = outbox.committed(id) {
            #expect(outbox.settle(id, since: news, .refused, now: .zero, jitter: 0) == false)
        }
        #expect(outbox.readyPeers(now: .zero).isEmpty)
        #expect(outbox.readyPeers(now: time(1)) == [.ben])
    }

    @Test func aRouteThatAppearsDuringAFailedAttemptIsNotMissed() {
        var outbox = Outbox(limits: Self.limits)
        let id = MessageID.random()
        #expect(outbox.reserve(id, for: .ben, size: 1, now: .zero) == true)
        let news = outbox.committed(id)
        outbox.reachable(.ben)
        if let news { #expect(outbox.settle(id, since: news, .unreachable, now: .zero, jitter: 0) == false) }
        #expect(outbox.readyPeers(now: .zero) == [.ben])
    }

    @Test func resendsAfterAMinuteAndNotBefore() {
        let id = MessageID.random()
        var outbox = inFlight(id)
        outbox.requeueDue(now: time(59))
        #expect(outbox.readyPeers(now: time(59)).isEmpty)
        outbox.requeueDue(now: time(60))
        #expect(outbox.readyPeers(now: time(60)) == [.ben])
        let turns = outbox.take(from: .ben, limit: 9)
        #expect(turns.map(\.id) == [id])
        // Not the first time, and twice as long until the next.
        #expect(outbox.settle(id, since: turns[0].since, .accepted(isSealed: false), now: time(60), jitter: 0) == false)
        outbox.requeueDue(now: time(179))
        #expect(outbox.readyPeers(now: time(179)).isEmpty)
        outbox.requeueDue(now: time(180))
        #expect(outbox.readyPeers(now: time(180)) == [.ben])
    }

    @Test func anAppearingRouteAloneResendsNothing() {
        var outbox = inFlight(.random())
        outbox.reachable(.ben)
        outbox.requeueDue(now: time(30))
        #expect(outbox.readyPeers(now: time(30)).isEmpty)
    }

    @Test func aRouteThatVanishedAndCameBackResendsAtOnce() {
        let id = MessageID.random()
        var outbox = inFlight(id)
        outbox.lost(.ben)
        outbox.reachable(.ben)
        #expect(outbox.readyPeers(now: time(1)) == [.ben])
        #expect(outbox.take(from: .ben, limit: 9).map(\.id) == [id])
    }

    @Test func aRouteThatVanishesDuringAnAttemptResends() {
        var outbox = Outbox(limits: Self.limits)
        let id = MessageID.random()
        #expect(outbox.reserve(id, for: .ben, size: 1, now: .zero) == true)
        let news = outbox.committed(id)
        outbox.lost(.ben)
        if let news {
            #expect(outbox.settle(id, since: news, .accepted(isSealed: false), now: .zero, jitter: 0) == true)
        }
        #expect(outbox.take(from: .ben, limit: 9).map(\.id) == [id])
    }

    @Test func aDoubtBringsAResendForwardButLeavesTimeForTheReceipt() {
        var outbox = inFlight(.random())
        outbox.doubt(now: time(2))
        outbox.requeueDue(now: time(4))
        #expect(outbox.readyPeers(now: time(4)).isEmpty)
        outbox.requeueDue(now: time(5))
        #expect(outbox.readyPeers(now: time(5)) == [.ben])
    }

    @Test func onlyThePeersOwnReceiptCounts() {
        let id = MessageID.random()
        var outbox = inFlight(id)
        #expect(outbox.acknowledge(id, from: .anna, now: .zero) == false)
        #expect(outbox.count == 1)
        #expect(outbox.acknowledge(id, from: .ben, now: .zero) == false)
        #expect(outbox.count == 0)
        #expect(outbox.lines.isEmpty)
        #expect(outbox.bytes == 0)
    }

    @Test func noMoreThanAWindowIsUnderWayToOnePeer() {
        var outbox = Outbox(limits: OutboxLimits(messages: 1000, bytes: 1000, lifetime: .seconds(1000)))
        let ids = (0..<ResendPolicy.window + 2).map { _ in MessageID.random() }
        for id in ids {
            #expect(outbox.reserve(id, for: .ben, size: 1, now: .zero) == true)
            guard let news = outbox.committed(id) else { continue }
            #expect(outbox.settle(id, since: news, .accepted(isSealed: false), now: .zero, jitter: 0) == true)
        }
        #expect(outbox.readyPeers(now: .zero).isEmpty)
        #expect(outbox.take(from: .ben, limit: 9).count == 0)
        #expect(outbox.acknowledge(ids[0], from: .ben, now: .zero) == true)
        #expect(outbox.readyPeers(now: .zero) == [.ben])
        #expect(outbox.take(from: .ben, limit: 9).map(\.id) == [ids[ResendPolicy.window]])
        outbox.lost(.ben)
        outbox.removeStored()
        #expect(outbox.lines.isEmpty)
    }

    @Test func whatALaterOneOvertookGoesAgainWhenItIsOverdue() {
        let (first, second, third) = (MessageID.random(), MessageID.random(), MessageID.random())
        var outbox = inFlight(first)
        for (id, seconds) in [(second, 1), (third, 6)] {
            #expect(outbox.reserve(id, for: .ben, size: 1, now: time(seconds)) == true)
            if let news = outbox.committed(id) {
                #expect(
                    outbox.settle(id, since: news, .accepted(isSealed: false), now: time(seconds), jitter: 0) == true)
            }
        }
        // The receipt of the second may still be faster than that of the first.
        #expect(outbox.acknowledge(second, from: .ben, now: time(1)) == false)
        #expect(outbox.acknowledge(third, from: .ben, now: time(6)) == true)
        #expect(outbox.take(from: .ben, limit: 9).map(\.id) == [first])
    }

    @Test func givesUpAfterItsLifetime() {
        let id = MessageID.random()
        var outbox = inFlight(id)
        #expect(outbox.expire(now: time(999)).count == 0)
        #expect(outbox.expire(now: time(1000)).map(\.id) == [id])
        #expect(outbox.count == 0)
    }

    @Test func whatIsRestoredWaitsForTheRestOfItsLifetime() {
        var outbox = Outbox(limits: Self.limits)
        let message = WaitingMessage(
            id: .random(), peer: .ben, size: 5, timestampMilliseconds: 0, wasSent: true)
        outbox.restore(message, age: .seconds(900), now: .zero)
        #expect(outbox.readyPeers(now: .zero) == [.ben])
        let turns = outbox.take(from: .ben, limit: 9)
        #expect(turns.count == 1)
        // It is known as sent already.
        #expect(
            outbox.settle(message.id, since: turns[0].since, .accepted(isSealed: false), now: .zero, jitter: 0) == false
        )
        #expect(outbox.expire(now: time(99)).count == 0)
        #expect(outbox.expire(now: time(100)).map(\.id) == [message.id])
    }

    @Test func aWayThatAppearsWhileNoneIsFoundCounts() throws {
        var outbox = Outbox(limits: Self.limits)
        let message = WaitingMessage(
            id: .random(), peer: .ben, size: 5, timestampMilliseconds: 0, wasSent: true)
        outbox.restore(message, age: .zero, now: .zero)
        let before = outbox.news(of: .ben)
        outbox.reachable(.ben)
        outbox.deferLine(of: .ben, since: before, now: .zero)
        #expect(outbox.readyPeers(now: .zero) == [.ben])
        outbox.deferLine(of: .ben, since: outbox.news(of: .ben), now: .zero)
        #expect(outbox.readyPeers(now: .zero).isEmpty)
    }

    @Test func forgettingKeepsWhatIsBeingStored() {
        var outbox = Outbox(limits: Self.limits)
        let (stored, storing) = (MessageID.random(), MessageID.random())
        #expect(outbox.reserve(stored, for: .ben, size: 1, now: .zero) == true)
        #expect(outbox.committed(stored) != nil)
        #expect(outbox.reserve(storing, for: .ben, size: 1, now: .zero) == true)
        outbox.removeStored(of: .ben)
        #expect(Array(outbox.entries.keys) == [storing])
    }

    @Test(arguments: [(1, 60), (2, 120), (3, 240), (4, 480), (5, 600), (6, 600), (1000, 600)])
    func waitsDoubleUpToTenMinutes(attempt: Int, seconds: Int) {
        #expect(ResendPolicy.wait(afterAttempt: attempt, isSealed: false, jitter: 0) == .seconds(seconds))
        let longest = ResendPolicy.wait(afterAttempt: attempt, isSealed: false, jitter: 1)
        #expect(longest == .seconds(seconds) * 1.25)
    }

    @Test(arguments: [(1, 5), (2, 10), (3, 20), (8, 600), (1000, 600)])
    func underASessionTheFirstWaitIsFiveSeconds(attempt: Int, seconds: Int) {
        #expect(ResendPolicy.wait(afterAttempt: attempt, isSealed: true, jitter: 0) == .seconds(seconds))
    }
}

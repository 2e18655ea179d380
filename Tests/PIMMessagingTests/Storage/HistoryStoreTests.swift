import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

@Suite struct HistoryStoreTests {
    private let temporary: TemporaryStore
    private let store: MessageStore
    private let now = TemporaryStore.now

    init() throws {
        temporary = try TemporaryStore()
        store = try temporary.open()
    }

    private func page(
        before time: Int64? = nil, beforeID: MessageID? = nil, limit: Int = 100
    ) async throws -> MessageHistoryPage {
        try #require(
            try await store.history(with: .ben, beforeMilliseconds: time, beforeID: beforeID, limit: limit))
    }

    @Test func anUnknownPeerHasAnEmptyPage() async throws {
        let page = try await page()
        #expect(page.messages.isEmpty)
        #expect(!page.hasMore)
    }

    @Test func pagesByIdentifierSkipNothingAtEqualTimes() async throws {
        for _ in 0..<5 { _ = try await store.apply(.receive(.sample(at: now))) }
        var seen: [MessageID] = []
        var cursor: MessageID?
        repeat {
            let page = try await page(beforeID: cursor, limit: 2)
            seen += page.messages.map(\.id)
            cursor = page.hasMore ? page.messages.last?.id : nil
        } while cursor != nil
        #expect(Set(seen).count == 5)
        #expect(seen.count == 5)
    }

    @Test func pagesByTimeAreStrictlyOlder() async throws {
        for offset in 0..<5 { _ = try await store.apply(.receive(.sample("\(offset)", at: now + Int64(offset)))) }
        let first = try await page(limit: 2)
        #expect(first.messages.map(\.body) == ["4", "3"])
        #expect(first.hasMore)
        let second = try await page(before: first.messages.last?.timestampMilliseconds, limit: 9)
        #expect(second.messages.map(\.body) == ["2", "1", "0"])
        #expect(!second.hasMore)
    }

    @Test func aCursorThatIsGoneFallsBackToTheTimeOrIsRefused() async throws {
        _ = try await store.apply(.receive(.sample(at: now)))
        #expect(
            try await store.history(with: .ben, beforeMilliseconds: nil, beforeID: .random(), limit: 9) == nil)
        #expect(try await page(before: now + 1, beforeID: .random()).messages.count == 1)
    }

    @Test func aClockFarAheadDoesNotReorder() async throws {
        let ahead = IncomingMessage.sample("ahead", at: .max, arrived: now)
        _ = try await store.apply(.receive(ahead))
        _ = try await store.apply(.receive(.sample("after", at: now + 10, arrived: now + 10)))
        let messages = try await page().messages
        #expect(messages.map(\.body) == ["after", "ahead"])
        #expect(messages.last?.timestampMilliseconds == .max)
    }

    @Test func aClockThatWasNeverSetDoesNotHideAMessage() async throws {
        _ = try await store.apply(.receive(.sample("before", at: now, arrived: now)))
        _ = try await store.apply(.receive(.sample("unset", at: -1, arrived: now + 10)))
        #expect(try await page().messages.map(\.body) == ["unset", "before"])
    }

    @Test func aLateMessageStandsWhereItWasWritten() async throws {
        _ = try await store.apply(.insert(.sample("ours", at: now)))
        _ = try await store.apply(.receive(.sample("late", at: now - 86_400_000, arrived: now + 10)))
        #expect(try await page().messages.map(\.body) == ["ours", "late"])
    }

    /// A client that pages by time makes progress whatever times a hostile peer claims.
    @Test func pagingByTimeEndsWhateverTheTimesAre() async throws {
        for offset in 0..<6 { _ = try await store.apply(.receive(.sample(at: .max - Int64(offset), arrived: now))) }
        var cursor: Int64?
        var pages = 0
        while true {
            let page = try await page(before: cursor, limit: 2)
            pages += 1
            guard page.hasMore, pages < 20 else { break }
            cursor = page.messages.map(\.timestampMilliseconds).min()
        }
        #expect(pages < 20)
    }

    @Test func conversationsAreOrderedByActivityHere() async throws {
        _ = try await store.apply(.receive(.sample(from: .anna, at: .max, arrived: now)))
        _ = try await store.apply(.receive(.sample(from: .ben, at: now + 1, arrived: now + 1)))
        #expect(try await store.conversations().map(\.peer) == [.ben, .anna])
    }

    private static let places: [(offset: Int64, place: Int64)] = [
        (0, 0), (300_000, 300_000), (300_001, 0), (-2_592_000_000, -2_592_000_000), (-2_592_000_001, 0),
        (.max - TemporaryStore.now, 0),
    ]

    @Test(arguments: places)
    func onlyPlausibleTimesCount(offset: Int64, place: Int64) {
        #expect(HistoryPlace.milliseconds(timestamp: now + offset, arrived: now) == now + place)
    }

    @Test func previewsAreOneLineOfEightyScalars() {
        let body = "abc\n" + String(repeating: "é", count: 77)
        #expect(body.unicodeScalars.count == 81)
        #expect(MessagePreview.text(of: body) == "abc " + String(repeating: "é", count: 76))
        #expect(MessagePreview.text(of: "a\rb\r\nc") == "a\rb\r c")
    }
}

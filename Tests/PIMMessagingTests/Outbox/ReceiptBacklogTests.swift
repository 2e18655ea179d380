import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

@Suite struct ReceiptBacklogTests {
    private func receipts(_ count: Int) -> [ReceiptBody] {
        (0..<count).map { _ in ReceiptBody(id: .random(), kind: .delivered) }
    }

    @Test func keepsReceiptsInOrderUntilThereIsAWay() {
        var backlog = ReceiptBacklog()
        let kept = receipts(3)
        #expect(backlog.keep(kept, for: .ben, soon: false) == 0)
        #expect(backlog.takeReady().isEmpty)
        backlog.reachable(.anna)
        #expect(backlog.takeReady().isEmpty)
        backlog.reachable(.ben)
        let taken = backlog.takeReady()
        #expect(taken.map(\.peer) == [.ben])
        #expect(taken.first?.receipts == kept)
        #expect(backlog.count == 0)
    }

    @Test func dropsWhatExceedsItsBound() {
        var backlog = ReceiptBacklog()
        #expect(backlog.keep(receipts(ReceiptBacklog.maximum), for: .ben, soon: false) == 0)
        #expect(backlog.keep(receipts(2), for: .anna, soon: false) == 2)
        #expect(backlog.count == ReceiptBacklog.maximum)
        #expect(!backlog.isWaiting(for: .anna))
        backlog.remove(.ben)
        #expect(backlog.count == 0)
    }
}

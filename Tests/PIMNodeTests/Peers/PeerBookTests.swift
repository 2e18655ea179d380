import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// What is remembered of other nodes, and who makes room for whom.
@Suite struct PeerBookTests {
    private func node(_ number: Int) -> NodeID { NodeID(high: 9, low: UInt64(number)) }

    @Test func nodesThatOnlyLinkedMakeRoomForOthers() {
        var book = PeerBook([:])
        for number in 0..<PeerBook.capacity { #expect(book.pin(node(number), .sessions) == true) }
        let newcomer = NodeID(high: 1, low: 1)
        #expect(book.pin(newcomer, .sessions) == true)
        #expect(book.isPinned(newcomer, with: .sessions))
        #expect(!book.isPinned(node(0), with: .sessions))
        #expect(book.isPinned(node(1), with: .sessions))
    }

    @Test func nodesThatSignedTheirKeyStay() {
        var book = PeerBook([:])
        let friend = NodeID(high: 1, low: 1)
        _ = book.pin(friend, .sessions)
        book.noteVerified(friend)
        for number in 0..<2 * PeerBook.capacity { _ = book.pin(node(number), .sessions) }
        #expect(book.isPinned(friend, with: .sessions))
        #expect(book[friend].isVerified)
    }
}

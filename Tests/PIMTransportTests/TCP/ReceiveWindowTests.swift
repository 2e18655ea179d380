import Testing

@testable import PIMTransport

@Suite struct ReceiveWindowTests {
    @Test func aNodeThatDoesNotKeepUpIsSentLessAtATime() {
        var window = ReceiveWindow()
        let sizes = (0..<200).compactMap { _ in window.noteRead(isFull: true) }
        #expect(sizes.first == ReceiveWindow.most / 2)
        #expect(window.size == ReceiveWindow.least)
        // Told again and again: the kernel forgets it when it enlarges its buffer.
        #expect(sizes.suffix(3) == [ReceiveWindow.least, ReceiveWindow.least, ReceiveWindow.least])
    }

    @Test func occasionalFullReadsChangeNothing() {
        var window = ReceiveWindow()
        let sizes = (0..<1000).compactMap { window.noteRead(isFull: $0 % 3 != 0) }
        #expect(sizes.isEmpty)
    }

    @Test func theWindowGrowsAgainWhenTheNodeKeepsUp() {
        var window = ReceiveWindow()
        for _ in 0..<200 { _ = window.noteRead(isFull: true) }
        let sizes = (0..<10_000).compactMap { _ in window.noteRead(isFull: false) }
        #expect(sizes == sizes.sorted())
        #expect(window == ReceiveWindow())
    }
}

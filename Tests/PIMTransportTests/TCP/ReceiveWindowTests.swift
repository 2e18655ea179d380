import Testing

@testable import PIMTransport

@Suite struct ReceiveWindowTests {
    @Test func aNodeThatDoesNotKeepUpIsSentLessAtATime() {
        var window = ReceiveWindow()
        let changes = (0..<200).compactMap { _ in window.noteRead(isFull: true) }
        #expect(changes == [4096, 2048, 1024, 512, 256].map { .limit($0 << 10) })
    }

    @Test func occasionalFullReadsChangeNothing() {
        var window = ReceiveWindow()
        let changes = (0..<1000).compactMap { window.noteRead(isFull: $0 % 3 != 0) }
        #expect(changes.isEmpty)
    }

    @Test func theKernelDecidesAgainWhenTheNodeKeepsUp() {
        var window = ReceiveWindow()
        for _ in 0..<200 { _ = window.noteRead(isFull: true) }
        let changes = (0..<10_000).compactMap { _ in window.noteRead(isFull: false) }
        #expect(changes == [512, 1024, 2048, 4096].map { .limit($0 << 10) } + [.release])
        #expect(window == ReceiveWindow())
    }
}

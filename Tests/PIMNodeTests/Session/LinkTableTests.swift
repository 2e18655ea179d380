import PIMCore
import Testing

@testable import PIMNode

@Suite struct LinkTableTests {
    private func state(_ number: UInt64, until deadline: MonotonicTime) -> LinkState {
        LinkState(
            id: LinkID(rawValue: number), direction: .accepted, preamble: nil, expected: nil, remoteAddress: "",
            address: .other, path: LinkPath(local: nil, remote: ""), handshake: .awaitingInitiate(until: deadline),
            budget: LinkBudget(at: .zero))
    }

    @Test func theFirstDeadlineIsThatOfAllLinksWhateverChanges() {
        var table = LinkTable(timing: ControlTiming())
        var deadlines: [UInt64: MonotonicTime] = [:]
        var generator = SplitMix64(seed: 5)
        for _ in 0..<5000 {
            let number = UInt64.random(in: 0..<40, using: &generator)
            let id = LinkID(rawValue: number)
            let deadline = MonotonicTime.seconds(Double.random(in: 0..<100, using: &generator))
            switch UInt8.random(in: 0..<4, using: &generator) {
            case 0:
                _ = table.removeValue(forKey: id)
                deadlines[number] = nil
            case 1 where deadlines[number] != nil:
                table[id]?.handshake = .idle
                deadlines[number] = nil
            case 2 where table[id] != nil:
                table[id]?.handshake = .queued(until: deadline)
                deadlines[number] = deadline
            default:
                table[id] = state(number, until: deadline)
                deadlines[number] = deadline
            }
            #expect(table.nextDeadline == deadlines.values.min())
            if Bool.random(using: &generator) { table.settle() }
            #expect(table.nextDeadline == deadlines.values.min())
        }
        let due = deadlines.filter { $0.value <= .seconds(50) }.keys.sorted().map { LinkID(rawValue: $0) }
        #expect(table.due(at: .seconds(50)) == due)
    }
}

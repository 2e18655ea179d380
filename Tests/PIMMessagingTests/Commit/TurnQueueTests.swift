import PIMCore
import Testing

@testable import PIMMessaging

@Suite struct TurnQueueTests {
    private static let sources = (0..<3).compactMap { try? NodeID(parsing: String(repeating: "0\($0)", count: 16)) }

    @Test func sourcesTakeTurnsAndKeepTheirOwnOrder() {
        var queue = TurnQueue<String>()
        for text in ["a1", "a2", "a3", "b1", "c1", "c2"] { queue.append(text, of: Self.source(of: text)) }
        #expect(queue.take(4) == ["a1", "b1", "c1", "a2"])
        queue.append("b2", of: Self.source(of: "b2"))
        #expect(queue.take(2) == ["c2", "a3"])
        #expect(queue.take(9) == ["b2"])
        #expect(queue.isEmpty && queue.take(1) == [])
    }

    @Test func elementsWithoutASourceComeInTheirOrder() {
        var queue = TurnQueue<Int>()
        for number in 0..<1000 { queue.append(number, of: nil) }
        var taken: [Int] = []
        while !queue.isEmpty { taken += queue.take(7) }
        #expect(taken == Array(0..<1000))
    }

    @Test func whatGoesInComesOutOnceHoweverItIsMixed() {
        var random = SystemRandomNumberGenerator()
        var queue = TurnQueue<Int>()
        var expected: [[Int]] = [[], [], []]
        var found = expected
        for number in 0..<5000 {
            let source = Int.random(in: 0..<3, using: &random)
            expected[source].append(number * 3 + source)
            queue.append(number * 3 + source, of: Self.sources[source])
            if number.isMultiple(of: 5) { for element in queue.take(4) { found[element % 3].append(element) } }
        }
        for element in queue.take(.max) { found[element % 3].append(element) }
        #expect(found == expected)
        #expect(queue.isEmpty)
    }

    private static func source(of text: String) -> NodeID? {
        ["a": sources[0], "b": sources[1], "c": sources[2]][text.prefix(1)]
    }
}

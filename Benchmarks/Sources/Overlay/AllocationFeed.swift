internal import Foundation
internal import Synchronization

/// What a counting daemon says of itself.
final class AllocationFeed: Sendable {
    let pipe = Pipe()
    private let latest = Mutex<(number: Int, count: Double)>((0, 0))

    init() {
        let lines = pipe.lines
        Task { [self] in
            for await line in lines {
                let words = line.split(separator: " ")
                guard words.count == 2, words[0] == "allocations", let count = Double(words[1]) else { continue }
                latest.withLock { $0 = ($0.number + 1, count) }
            }
        }
    }

    /// The next count that arrives.
    func next() async throws -> Double {
        let seen = latest.withLock { $0.number }
        for _ in 0..<500 {
            let (number, count) = latest.withLock { $0 }
            if number > seen { return count }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchmarkFailure("a daemon that counts its allocations is silent")
    }
}

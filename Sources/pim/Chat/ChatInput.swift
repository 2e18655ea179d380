import Foundation

/// Where the lines of a chat come from when nobody sits at a keyboard: a pipe or a file. It is read no faster than the lines
/// are sent.
final class ChatInput: Sendable {
    private static let capacity = 16
    /// How many more lines may wait.
    private let room = DispatchSemaphore(value: 0)

    /// Hands over line by line, then `nil` once; on a thread of its own, for reading blocks.
    func readLines(_ deliver: @escaping @Sendable (String?) -> Void) {
        for _ in 0..<Self.capacity { room.signal() }
        Thread.detachNewThread { [room] in
            repeat { room.wait() } while Self.handOver(readLine(), deliver)
        }
    }

    /// One line has been dealt with.
    func taken() {
        room.signal()
    }

    /// - Returns: Whether there may be more.
    private static func handOver(_ line: String?, _ deliver: (String?) -> Void) -> Bool {
        deliver(line)
        return line != nil
    }
}

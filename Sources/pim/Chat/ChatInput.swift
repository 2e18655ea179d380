import Foundation

/// Where the lines of a chat come from when nobody sits at a keyboard: a pipe or a file.
enum ChatInput {
    /// Hands over line by line, then `nil` once; on a thread of its own, for reading blocks.
    static func readLines(_ deliver: @escaping @Sendable (String?) -> Void) {
        Thread.detachNewThread {
            while let line = readLine() { deliver(line) }
            deliver(nil)
        }
    }
}

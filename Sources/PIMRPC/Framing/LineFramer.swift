/// Cuts a byte stream into lines (`spec/rpc.md` §1.3).
///
/// A line ends with `\n` or `\r\n`; lines of nothing but white space are skipped. Holds at most one incomplete line of
/// ``maximumLength`` bytes; after an error nothing more is delivered.
public struct LineFramer: Sendable {
    /// Why the stream cannot be read on.
    public enum Failure: Error, Hashable, Sendable {
        /// A line longer than ``LineFramer/maximumLength`` bytes.
        case tooLong
        case notUTF8
    }

    /// The longest line a daemon accepts, 1 MiB.
    public static let defaultMaximumLength = 1_048_576

    /// Without the line ending, in bytes.
    public let maximumLength: Int

    private var buffer: [UInt8] = []
    /// Where the unread part of the buffer begins.
    private var start = 0
    /// How far the unread part has been searched for a line ending.
    private var searched = 0
    private var failure: Failure?

    public init(maximumLength: Int = LineFramer.defaultMaximumLength) {
        self.maximumLength = maximumLength
    }

    public mutating func append(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        if start > 0 {
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole line without its ending, or `nil` when more bytes are needed.
    public mutating func next() throws(Failure) -> [UInt8]? {
        if let failure { throw failure }
        while let end = buffer[searched...].firstIndex(of: 0x0a) {
            let line = buffer[start..<end]
            start = end + 1
            searched = start
            if let line = try accept(line) { return line }
        }
        searched = buffer.count
        // One byte more, because the last one may be the `\r` of an ending that is not complete yet.
        guard buffer.count - start <= maximumLength + 1 else { throw fail(.tooLong) }
        return nil
    }

    /// The last line, when the stream ended without a line ending behind it.
    public mutating func finish() throws(Failure) -> [UInt8]? {
        if let failure { throw failure }
        let line = buffer[start...]
        start = buffer.count
        searched = start
        return try accept(line)
    }

    private mutating func accept(_ line: ArraySlice<UInt8>) throws(Failure) -> [UInt8]? {
        let line = line.last == 0x0d ? line.dropLast() : line
        guard line.count <= maximumLength else { throw fail(.tooLong) }
        guard line.contains(where: { !Self.blanks.contains($0) }) else { return nil }
        guard String(validating: line, as: UTF8.self) != nil else { throw fail(.notUTF8) }
        return Array(line)
    }

    private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]

    private mutating func fail(_ reason: Failure) -> Failure {
        failure = reason
        buffer = []
        start = 0
        searched = 0
        return reason
    }
}

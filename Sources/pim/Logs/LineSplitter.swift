/// Cuts bytes that come in pieces into lines. Each byte is looked at once, and no line is kept that has no end: a very long
/// one comes out in pieces.
struct LineSplitter {
    static let longestLine = 1 << 20

    /// The beginning of a line whose ending has not come yet.
    private var partial: [UInt8] = []

    /// - Returns: The lines that are whole now, without their endings.
    mutating func take(_ chunk: some Collection<UInt8>) -> [Substring] {
        var lines: [Substring] = []
        var start = chunk.startIndex
        while let end = chunk[start...].firstIndex(of: 0x0a) {
            partial += chunk[start..<end]
            lines.append(cut())
            start = chunk.index(after: end)
        }
        partial += chunk[start...]
        if partial.count >= Self.longestLine { lines.append(cut()) }
        return lines
    }

    /// What came after the last ending, if anything did.
    mutating func rest() -> Substring? {
        partial.isEmpty ? nil : cut()
    }

    private mutating func cut() -> Substring {
        defer { partial.removeAll(keepingCapacity: partial.count < Self.longestLine) }
        return Substring(decoding: partial, as: UTF8.self)
    }
}

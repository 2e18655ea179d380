extension IPv6Address {
    /// Parses every text form of RFC 4291 §2.2, without zone; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        // The longest form has 45 characters; refusing more keeps the work bounded.
        let characters = Array(text.utf8.prefix(46))
        guard characters.count <= 45 else { return nil }
        let halves = Self.halves(of: characters)
        guard let head = Self.groups(in: halves.head, endsText: halves.tail == nil) else { return nil }
        guard let tailText = halves.tail else {
            guard head.count == 8 else { return nil }
            self.init(groups: head)
            return
        }
        guard let tail = Self.groups(in: tailText, endsText: true), head.count + tail.count < 8 else { return nil }
        self.init(groups: head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    /// The text before and after the first `::`; `tail` is `nil` when there is none.
    private static func halves(of text: [UInt8]) -> (head: ArraySlice<UInt8>, tail: ArraySlice<UInt8>?) {
        let colon = UInt8(ascii: ":")
        for position in text.indices.dropLast() where text[position] == colon && text[position + 1] == colon {
            return (text[..<position], text[(position + 2)...])
        }
        return (text[...], nil)
    }

    /// The groups between single colons; the last may be a dotted quad if it ends the whole text.
    private static func groups(in text: ArraySlice<UInt8>, endsText: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (position, part) in parts.enumerated() {
            if endsText, position == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let quad = IPv4Address(String(decoding: part, as: UTF8.self)) else { return nil }
                groups.append(UInt16(truncatingIfNeeded: quad.rawValue >> 16))
                groups.append(UInt16(truncatingIfNeeded: quad.rawValue))
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for digit in part {
                guard let value = Hex.value(of: digit) else { return nil }
                group = group << 4 | UInt16(value)
            }
            groups.append(group)
        }
        return groups
    }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical form of RFC 5952: lowercase, no leading zeros, the longest run of two or more zero groups (the
    /// first of equals) as `::`, IPv4-mapped addresses with a dotted quad.
    public var description: String {
        if high == 0, low >> 32 == 0xffff {
            return "::ffff:\(IPv4Address(rawValue: UInt32(truncatingIfNeeded: low)))"
        }
        let groups = groups
        guard let run = Self.longestZeroRun(in: groups) else { return Self.text(of: groups[...]) }
        return "\(Self.text(of: groups[..<run.lowerBound]))::\(Self.text(of: groups[run.upperBound...]))"
    }

    private static func text(of groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func longestZeroRun(in groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var position = 0
        while position < groups.count {
            let end = groups[position...].firstIndex { $0 != 0 } ?? groups.count
            if end - position >= 2, end - position > (best?.count ?? 0) { best = position..<end }
            position = end + 1
        }
        return best
    }
}

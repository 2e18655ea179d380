/// One line being typed: what is there, where the cursor stands, and what was typed before.
struct LineEditor: Sendable {
    enum Outcome: Equatable {
        case edited
        /// Enter: the line, which is empty now.
        case submitted(String)
        /// Ctrl-D on an empty line.
        case ended
    }

    private static let longestHistory = 200

    private(set) var text: [Character] = []
    private(set) var cursor = 0
    private var history: [[Character]] = []
    /// Which line of the history is shown; its count means the new one.
    private var shown = 0
    private var unfinished: [Character] = []

    mutating func press(_ key: Key) -> Outcome {
        switch key {
        case .enter: return submit()
        case .control("d") where text.isEmpty: return .ended
        case .character(let character): insert(character)
        case .tab: insert(" ")
        case .backspace, .control("h"):
            if cursor > 0 {
                cursor -= 1
                text.remove(at: cursor)
            }
        case .delete, .control("d"): if cursor < text.count { text.remove(at: cursor) }
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(text.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = text.count
        case .control("u"): remove(0..<cursor)
        case .control("k"): remove(cursor..<text.count)
        case .control("w"): remove(wordStart..<cursor)
        case .up, .control("p"): recall(shown - 1)
        case .down, .control("n"): recall(shown + 1)
        default: break
        }
        return .edited
    }

    /// What fits into so many columns, and in which of them the cursor stands.
    func window(columns: Int) -> (text: String, cursor: Int) {
        let room = max(1, columns - 1)
        var start = cursor
        var before = 0
        while start > 0, before + DisplayWidth.of(text[start - 1]) <= room {
            start -= 1
            before += DisplayWidth.of(text[start])
        }
        return (DisplayWidth.prefix(String(text[start...]), columns: room), before)
    }

    // MARK: - Edits

    private mutating func insert(_ character: Character) {
        text.insert(character, at: cursor)
        // A mark that joins the character before it makes one character of two.
        let joined = Array(String(text))
        cursor = joined.count == text.count ? cursor + 1 : cursor
        text = joined
    }

    private mutating func remove(_ range: Range<Int>) {
        text.removeSubrange(range)
        cursor = range.lowerBound
    }

    private var wordStart: Int {
        var start = cursor
        while start > 0, text[start - 1] == " " { start -= 1 }
        while start > 0, text[start - 1] != " " { start -= 1 }
        return start
    }

    private mutating func submit() -> Outcome {
        let line = text
        if !line.isEmpty, history.last != line { history.append(line) }
        if history.count > Self.longestHistory { history.removeFirst() }
        (text, cursor, shown, unfinished) = ([], 0, history.count, [])
        return .submitted(String(line))
    }

    private mutating func recall(_ position: Int) {
        guard 0...history.count ~= position, position != shown else { return }
        if shown == history.count { unfinished = text }
        shown = position
        text = position == history.count ? unfinished : history[position]
        cursor = text.count
    }
}

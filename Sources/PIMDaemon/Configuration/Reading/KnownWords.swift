/// Finds the word that was probably meant (`spec/config.md` §11).
public enum KnownWords {
    /// The word nearest to `text` by single-character edits, if it is near enough to be a misspelling of it: at most a
    /// third of its letters wrong.
    public static func nearest(to text: String, among words: some Sequence<String>) -> String? {
        // Longer than any word there is: not a misspelling, and not worth the time.
        guard text.utf8.count <= 64 else { return nil }
        let ranked = words.map { (word: $0, distance: distance(text, $0)) }
        guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return nil }
        return best.distance <= max(1, best.word.count / 3) ? best.word : nil
    }

    /// How many characters must be inserted, deleted, replaced or swapped with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased())
        let right = Array(right.lowercased())
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...max(left.count, 1) where row <= left.count {
            var current = [row]
            for column in 1...max(right.count, 1) where column <= right.count {
                let replaced = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                var best = min(replaced, last[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}

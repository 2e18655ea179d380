import PIMRPC

/// One line of a log, as it is printed, and what is known about it.
struct LogLine {
    var text: Substring
    /// `nil` where the line does not say: it belongs to the one before.
    var level: LogLevel?
    /// The entry as the daemon sent it.
    var json: String?

    /// A line of a file: `<time stamp>  <LEVEL> <source>: …`
    init(file text: Substring) {
        self.text = text
        guard TimeSpecification.stamp(in: text) != nil else { return }
        let word = text.split(separator: " ", maxSplits: 2).dropFirst().first ?? ""
        level = LogLevel(rawValue: word.lowercased())
    }

    init(entry: LogEntry, text: String, json: String) {
        self.text = text[...]
        self.json = json
        level = entry.level
    }
}

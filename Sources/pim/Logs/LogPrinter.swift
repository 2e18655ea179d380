import PIMRPC

/// Prints the lines of a log that are wanted: first the last few of what exists, then everything new.
struct LogPrinter {
    struct Wish {
        var window = LogWindow()
        /// Of what exists; 0 means all.
        var last = 0
        var omitsTimestamp = false
        var minimumLevel: LogLevel?
        var isJSON = false
        var style = Style.plain
    }

    private let wish: Wish
    private let output: (String) -> Void
    /// What exists already, until it is known to be all.
    private var held: [LogLine] = []
    private var isLive = false
    /// Of the last line that had one: what follows without one belongs to it.
    private var level: LogLevel?
    /// Whether a line beyond the window was seen.
    private(set) var isFinished = false

    init(_ wish: Wish, output: @escaping (String) -> Void = { Output.line($0) }) {
        self.wish = wish
        self.output = output
    }

    /// Takes one line without its ending.
    mutating func take(_ line: LogLine) {
        guard !isFinished else { return }
        level = line.level ?? level
        switch wish.window.verdict(on: line.text) {
        case .skipped: return
        case .beyond: isFinished = true
        case .wanted:
            if let minimum = wish.minimumLevel, let level, level < minimum { return }
            if isLive || wish.last == 0 { return print(line) }
            held.append(line)
            // Twice the number, so that cutting is rare.
            if held.count >= 2 * wish.last { held.removeFirst(held.count - wish.last) }
        }
    }

    /// Everything that existed has been taken; what comes now is new.
    mutating func beginLive() {
        for line in held.suffix(wish.last) { print(line) }
        held = []
        isLive = true
    }

    private func print(_ line: LogLine) {
        if wish.isJSON, let json = line.json { return output(json) }
        var text = line.text
        if wish.omitsTimestamp, TimeSpecification.stamp(in: text) != nil, let blank = text.firstIndex(of: " ") {
            text = text[blank...].drop { $0 == " " }
        }
        output(wish.style(Printable.block(String(text)), line.level.flatMap(Self.tint)))
    }

    private static func tint(_ level: LogLevel) -> Style.Tint? {
        switch level {
        case .error: .red
        case .warn: .yellow
        case .debug, .trace: .dim
        case .info: nil
        }
    }
}
